package io.stoa.agent.executor;

import io.stoa.agent.check.Checks;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.Tasks;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.time.Time;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What all executors of an agent share.
 *
 * @param tasks where every task is known
 * @param outbox the way to the master: false where the link is closed or full
 * @param thread the agent's own
 */
record ExecutorContext(
        TaskHost host,
        Tasks tasks,
        Checks checks,
        Predicate<AgentMessage> outbox,
        ExecutorExits exits,
        Time time,
        Executor thread) {

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
