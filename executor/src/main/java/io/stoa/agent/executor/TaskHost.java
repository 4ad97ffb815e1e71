package io.stoa.agent.executor;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.Workload;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskPolicy;
import io.stoa.agent.volume.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tasks run on.
 *
 * @param containers runs whatever is launched
 * @param endpoint the agent's address as tasks see it, {@code 10.0.0.7:5051}
 * @param switchUser whether tasks run as the framework's user
 * @param shutdownGraceMs how long tasks of a framework that is gone have to end
 * @param launches where launching blocks, on a bounded number of threads; it queues as many launches as the agent's
 *     resources allow
 * @param volumes the persistent volumes that tasks may use
 */
public record TaskHost(
        AgentPaths paths,
        Containers containers,
        String endpoint,
        boolean switchUser,
        long shutdownGraceMs,
        Executor launches,
        Volumes volumes) {

    private static final Logger LOG = LoggerFactory.getLogger(TaskHost.class);

    /**
     * What a command task's container is to be.
     *
     * @param inUse the volumes that other tasks use
     */
    ContainerSpec spec(LiveTask task, Set<Path> inUse) {
        Run run = task.run();
        Path sandbox = paths.sandbox(run);
        return new ContainerSpec(
                ContainerId.of(run.containerId()),
                run.frameworkId(),
                Workload.of(task.info()),
                sandbox,
                paths.runtime(run.containerId()),
                new TaskEnvironment(endpoint, seconds(shutdownGraceMs))
                        .of(task.framework(), run.frameworkId(), task.info(), sandbox),
                TaskPolicy.user(task.framework(), task.info(), switchUser),
                volumes.of(task.info(), inUse));
    }

    /** In Mesos' words. */
    String unsupported() {
        return "None of the enabled containerizers ("
                + String.join(", ", containers.containerizers())
                + ") could create a container for the provided TaskInfo/ExecutorInfo message";
    }

    /** What containerizers kept of a run that is over; the sandbox stays for people to look at. Blocks. */
    void removeRuntime(Run run) {
        try {
            Directories.remove(paths.runtime(run.containerId()));
        } catch (IOException e) {
            LOG.warn("Cannot remove the runtime directory container={}: {}", run.containerId(), e.toString());
        }
    }

    private static String seconds(long ms) {
        return ms % 1_000 == 0 ? ms / 1_000 + "secs" : ms + "ms";
    }
}
