package io.stoa.agent.task;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Workload;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.volume.Volumes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * What tasks run on.
 *
 * @param containerizers in the order in which they are asked
 * @param endpoint the agent's address as tasks see it, {@code 10.0.0.7:5051}
 * @param switchUser whether tasks run as the framework's user
 * @param shutdownGraceMs how long tasks of a framework that is gone have to end
 * @param launches where launching blocks, on a bounded number of threads; it queues as many launches as the agent's
 *     resources allow
 * @param volumes the persistent volumes that tasks may use
 */
public record TaskHost(
        AgentPaths paths,
        List<Containerizer> containerizers,
        String endpoint,
        boolean switchUser,
        long shutdownGraceMs,
        Executor launches,
        Volumes volumes) {

    public TaskHost {
        containerizers = List.copyOf(containerizers);
    }

    /** @param inUse the volumes that other tasks use */
    ContainerSpec spec(Run run, FrameworkInfo framework, TaskInfo task, Set<Path> inUse) {
        Path sandbox = paths.sandbox(run);
        return new ContainerSpec(
                ContainerId.of(run.containerId()),
                run.frameworkId(),
                Workload.of(task),
                sandbox,
                paths.runtime(run.containerId()),
                new TaskEnvironment(endpoint, seconds(shutdownGraceMs)).of(framework, run.frameworkId(), task, sandbox),
                TaskPolicy.user(framework, task, switchUser),
                volumes.of(task, inUse));
    }

    Optional<Containerizer> containerizer(ContainerSpec spec) {
        return containerizers.stream()
                .filter(candidate -> candidate.accepts(spec))
                .findFirst();
    }

    private static String seconds(long ms) {
        return ms % 1_000 == 0 ? ms / 1_000 + "secs" : ms + "ms";
    }
}
