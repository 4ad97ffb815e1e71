package io.stoa.proto.mesos;

import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentInfo.Capability;

/** What this project's agents say that they can do. */
public final class AgentCapabilities {

    public static final List<Capability> ALL = Stream.of(
                    Capability.Type.MULTI_ROLE,
                    Capability.Type.HIERARCHICAL_ROLE,
                    Capability.Type.RESERVATION_REFINEMENT,
                    Capability.Type.RESIZE_VOLUME,
                    Capability.Type.AGENT_DRAINING,
                    Capability.Type.TASK_RESOURCE_LIMITS)
            .map(type -> Capability.newBuilder().setType(type).build())
            .toList();

    private AgentCapabilities() {}
}
