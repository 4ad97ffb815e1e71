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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tasks run on.
 *
 * @param containers runs whatever is launched
 * @param endpoint the agent's address as tasks see it, {@code 10.0.0.7:5051}
 * @param switchUser whether tasks run as the framework's user
 * @param policy how executors are dealt with
 * @param launches where launching blocks, on a bounded number of threads; it queues as many launches as the agent's
 *     resources allow
 * @param volumes the persistent volumes that tasks may use
 */
public record TaskHost(
        AgentPaths paths,
        Containers containers,
        String endpoint,
        boolean switchUser,
        ExecutorPolicy policy,
        Executor launches,
        Volumes volumes) {

    private static final Logger LOG = LoggerFactory.getLogger(TaskHost.class);

    /**
     * What a command task's container is to be.
     *
     * @param inUse the volumes that other tasks use
     */
    ContainerSpec spec(LiveTask task, Set<Path> inUse) {
        Path sandbox = paths.sandbox(task.run());
        String containerId = task.run().containerId();
        return new ContainerSpec(
                ContainerId.of(containerId),
                task.key().frameworkId(),
                Workload.of(task.info()),
                sandbox,
                paths.runtime(containerId),
                environment().of(task, sandbox),
                TaskPolicy.user(task.framework(), task.info(), switchUser),
                volumes.of(task.info().getResourcesList(), inUse));
    }

    /**
     * What the container of a task in a pod is to be.
     *
     * @param inUse the volumes that other tasks use
     */
    ContainerSpec spec(LiveTask task, ContainerId id, Set<Path> inUse) {
        Path sandbox = id.below(paths.sandbox(task.run()));
        return new ContainerSpec(
                id,
                task.key().frameworkId(),
                Workload.of(task.info()),
                sandbox,
                id.below(paths.runtime(task.run().containerId())),
                environment().inPod(task, sandbox),
                TaskPolicy.user(task.framework(), task.info(), switchUser),
                volumes.of(task.info().getResourcesList(), inUse));
    }

    /**
     * What an executor's container is to be, with room for its tasks that have not ended.
     *
     * @param inUse the volumes that other executors' tasks use
     */
    ContainerSpec spec(SharedExecutor executor, Set<Path> inUse) {
        Path sandbox = paths.sandbox(executor.run());
        String containerId = executor.run().containerId();
        List<LiveTask> tasks =
                executor.tasks().stream().filter(task -> !task.hasEnded()).toList();
        ExecutorInfo.Builder withTasks = executor.info().toBuilder();
        List<Resource> visible = new ArrayList<>(executor.info().getResourcesList());
        for (LiveTask task : tasks) {
            withTasks.addAllResources(task.info().getResourcesList());
            if (executor.info().getType() != ExecutorInfo.Type.DEFAULT) {
                visible.addAll(task.info().getResourcesList());
            }
        }
        return new ContainerSpec(
                ContainerId.of(containerId),
                executor.run().frameworkId(),
                Workload.of(
                        withTasks.build(),
                        ExecutorLimits.of(
                                executor.info(),
                                tasks.stream().map(LiveTask::info).toList())),
                sandbox,
                paths.runtime(containerId),
                environment().of(executor, sandbox, shutdownGraceMs(executor.info())),
                user(executor.info(), executor.framework()),
                volumes.of(visible, inUse));
    }

    ExecutorTimeouts timeouts() {
        return policy.timeouts();
    }

    private ExecutorEnvironment environment() {
        return new ExecutorEnvironment(endpoint, policy);
    }

    /** Whom an executor runs as; empty: the agent's own user. */
    Optional<String> user(ExecutorInfo executor, FrameworkInfo framework) {
        return TaskPolicy.user(framework, executor.getCommand(), switchUser);
    }

    /** How long an executor has to end. */
    long shutdownGraceMs(ExecutorInfo executor) {
        return executor.hasShutdownGracePeriod()
                ? TaskPolicy.milliseconds(executor.getShutdownGracePeriod())
                : timeouts().shutdownGraceMs();
    }

    /** In Mesos' words. */
    String unsupported() {
        return "None of the enabled containerizers ("
                + String.join(", ", containers.containerizers())
                + ") could create a container for the provided TaskInfo/ExecutorInfo message";
    }

    /** What containerizers kept of a run that is over; the sandbox stays for people to look at. Blocks. */
    void removeRuntime(Run run) {
        removeRuntime(run, ContainerId.of(run.containerId()));
    }

    /** The same for a container in it. */
    void removeRuntime(Run run, ContainerId id) {
        try {
            Directories.remove(id.below(paths.runtime(run.containerId())));
        } catch (IOException e) {
            LOG.warn("Cannot remove the runtime directory container={}: {}", run.containerId(), e.toString());
        }
    }
}
