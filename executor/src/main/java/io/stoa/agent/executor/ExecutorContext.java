package io.stoa.agent.executor;

import io.stoa.agent.check.Checks;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.Tasks;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.ExecutorExited;
import io.stoa.time.Time;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all executors of an agent share.
 *
 * @param tasks where every task is known
 * @param outbox the way to the master: false where the link is closed or full
 * @param thread the agent's own
 */
record ExecutorContext(
        TaskHost host, Tasks tasks, Checks checks, Predicate<AgentMessage> outbox, Time time, Executor thread) {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorContext.class);

    /** Tells the master that an executor has ended, unless the master learns it when this agent registers again. */
    void exited(String frameworkId, String executorId, OptionalInt waitStatus) {
        ExecutorExited.Builder exited =
                ExecutorExited.newBuilder().setFrameworkId(frameworkId).setExecutorId(executorId);
        waitStatus.ifPresent(exited::setWaitStatus);
        if (!outbox.test(AgentMessage.newBuilder().setExecutorExited(exited).build())) {
            LOG.info("The master is told when it registers this agent again that an executor ended id={}", executorId);
        }
    }

    /** What an executor's container is to be, with room for the tasks that it has. */
    ContainerSpec spec(SharedExecutor executor) {
        return host.spec(executor, volumesInUse(task -> task.run().equals(executor.run())));
    }

    /** The volumes that tasks use which have not ended, but for this one. */
    Set<Path> volumesInUse(LiveTask except) {
        return volumesInUse(except::equals);
    }

    private Set<Path> volumesInUse(Predicate<LiveTask> except) {
        return tasks.live().stream()
                .filter(task -> !task.hasEnded() && !except.test(task))
                .flatMap(task -> host.volumes().paths(task.info()).stream())
                .collect(Collectors.toSet());
    }

    /** Completes when the volumes are there that a task uses. */
    CompletableFuture<Void> volumesReady(LiveTask task) {
        return host.volumes().paths(task.info()).isEmpty()
                ? CompletableFuture.completedFuture(null)
                : host.volumes().settled();
    }
}
