package io.stoa.agent.http;

import io.stoa.agent.container.ContainerId;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** What containers use now. */
@FunctionalInterface
public interface ContainerUsage {

    /**
     * Reads it; this may block.
     *
     * @return without those of which nothing is known
     */
    Map<ContainerId, ResourceStatistics> of(Collection<ContainerId> containers) throws IOException;
}
