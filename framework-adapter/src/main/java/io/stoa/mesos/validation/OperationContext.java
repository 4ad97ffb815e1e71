package io.stoa.mesos.validation;

import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * What an operation on an agent's resources is judged against.
 *
 * @param framework who asks, over offers; empty where an operator does
 * @param principal who asks, where that is known
 * @param capabilities of the agent
 * @param total everything the agent has at that moment
 * @param used what tasks and executors hold of it
 */
public record OperationContext(
        Optional<FrameworkInfo> framework,
        Optional<String> principal,
        List<AgentInfo.Capability> capabilities,
        Resources total,
        Resources used) {

    boolean agentCan(AgentInfo.Capability.Type type) {
        return capabilities.stream().anyMatch(each -> each.getType() == type);
    }
}
