package io.stoa.agent.executor;

import io.stoa.agent.check.CheckListener;
import io.stoa.agent.check.TaskChecks;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskPolicy;
import io.stoa.agent.task.TaskStatuses;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;

/** A task with a container of its own, for which the agent speaks: launched, taken up again, killed, ended. */
final class TaskContainer {

    private static final long NOT_KILLED = -1;

    private final LiveTask task;
    private final Owner owner;
    private final ExecutorContext context;
    private final TaskStatuses statuses;

    private @Nullable Container container;
    private @Nullable ContainerStatus known;
    private TaskChecks checks = TaskChecks.NONE;
    private Time.@Nullable Timer completionTimer;
    private volatile long killGraceMs = NOT_KILLED;
    private boolean overdue;

    /** The executor that the task belongs to. */
    interface Owner {

        /**
         * What to run; on any thread.
         *
         * @param volumesInUse the volumes that other tasks use
         */
        ContainerSpec spec(LiveTask task, Set<Path> volumesInUse);

        /**
         * Writes down what the agent's next life needs, and makes the directories; on the launches' executor.
         *
         * @throws IOException with a message for people
         */
        void prepare(LiveTask task, ContainerSpec spec) throws IOException;

        /** How the task's last update says how it ended. */
        TaskStatus lastStatus(TaskContainer container, End end);

        /** Nothing of the task is left on the host; it was reported. */
        void ended(LiveTask task);
    }

    TaskContainer(LiveTask task, Owner owner, ExecutorContext context) {
        this.task = task;
        this.owner = owner;
        this.context = context;
        this.statuses = TaskStatuses.of(task, context.time());
        this.known = task.latestStatus()
                .filter(TaskStatus::hasContainerStatus)
                .map(TaskStatus::getContainerStatus)
                .orElse(null);
    }

    LiveTask task() {
        return task;
    }

    TaskStatuses statuses() {
        return statuses;
    }

    /** What is known of the container; null until the task starts. */
    @Nullable
    ContainerStatus known() {
        return known;
    }

    void launch() {
        Set<Path> inUse = context.volumesInUse(task);
        context.volumesReady(task)
                .thenRunAsync(() -> launch(inUse), context.host().launches());
    }

    /** On the launches' executor: everything that takes a disk or a process. */
    private void launch(Set<Path> volumesInUse) {
        ContainerListener listener = listener();
        try {
            ContainerSpec spec = owner.spec(task, volumesInUse);
            owner.prepare(task, spec);
            Optional<String> obstacle = TaskPolicy.obstacle(task.info());
            Optional<Containerizer> containerizer = context.host().containers().containerizer(spec);
            if (isKilled()) {
                listener.ended(End.killedDuringLaunch());
            } else if (obstacle.isPresent()) {
                listener.ended(launchFailed(obstacle.get()));
            } else if (containerizer.isEmpty()) {
                listener.ended(launchFailed(context.host().unsupported()));
            } else {
                containerizer.get().attachVolumes(spec);
                Container launched = context.host().containers().launch(containerizer.get(), spec, listener);
                context.thread().execute(() -> launched(launched));
            }
        } catch (IOException | RuntimeException e) {
            listener.ended(launchFailed("Failed to launch container: " + e.getMessage()));
        }
    }

    private static End launchFailed(String message) {
        return new End(TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LAUNCH_FAILED, message);
    }

    /** Takes up what an earlier life of the agent launched. */
    void recover() {
        ContainerSpec spec = owner.spec(task, Set.of());
        Optional<Container> recovered = context.host().containers().recover(spec, listener());
        if (recovered.isPresent()) {
            launched(recovered.get());
            limitCompletion();
        } else {
            ended(new End(
                    TaskState.TASK_FAILED,
                    Reason.REASON_EXECUTOR_TERMINATED,
                    "Abnormal executor termination: unknown container"));
        }
    }

    private ContainerListener listener() {
        return new ContainerListener() {
            @Override
            public void starting(ContainerStatus status) {
                context.thread().execute(() -> TaskContainer.this.starting(status));
            }

            @Override
            public void running(ContainerStatus status) {
                context.thread().execute(() -> TaskContainer.this.running(status));
            }

            @Override
            public void ended(End end) {
                context.thread().execute(() -> TaskContainer.this.ended(end));
            }
        };
    }

    private void launched(Container launched) {
        container = launched;
        if (isKilled()) {
            launched.kill(killGraceMs);
        }
        check();
    }

    /** @param status of the container, as far as it is known */
    void starting(ContainerStatus status) {
        known = status;
        if (task.state() == TaskState.TASK_STAGING) {
            context.tasks().update(task, statuses.step(TaskState.TASK_STARTING, status));
            limitCompletion();
        }
    }

    private void running(ContainerStatus status) {
        // The agent's last life may have ended before it said so.
        starting(status);
        if (task.state() == TaskState.TASK_STARTING) {
            context.tasks().update(task, statuses.step(TaskState.TASK_RUNNING, status));
        }
        check();
    }

    /** It is known on different ways that the task runs, and in what. */
    private void check() {
        if (container != null && task.state() == TaskState.TASK_RUNNING && !isKilled() && checks == TaskChecks.NONE) {
            checks = context.checks().start(task.info(), container, task.checks(), new Checked());
        }
    }

    private final class Checked implements CheckListener {

        @Override
        public void checked(CheckStatusInfo result) {
            update(statuses.checked(task.latestStatus().orElseThrow(), result));
        }

        @Override
        public void healthChanged(boolean healthy) {
            update(statuses.healthChanged(task.latestStatus().orElseThrow(), healthy));
        }

        private void update(TaskStatus status) {
            context.tasks().update(task, status);
        }

        @Override
        public void hopeless() {
            if (!isKilled() && !task.hasEnded()) {
                kill(TaskPolicy.killGraceMs(Optional.empty(), task.info()));
            }
        }
    }

    private void ended(End end) {
        if (task.hasEnded()) {
            throw new IllegalStateException("Ended twice " + task.key());
        }
        cancelCompletionTimer();
        checks.stop();
        End told = overdue
                ? new End(TaskState.TASK_FAILED, Reason.REASON_MAX_COMPLETION_TIME_REACHED, end.message())
                : end;
        TaskStatus last = owner.lastStatus(this, told);
        boolean unhealthy = last.getState() == TaskState.TASK_KILLED
                && task.checks().isHopeless(task.info().getHealthCheck());
        context.tasks()
                .update(task, unhealthy ? last.toBuilder().setHealthy(false).build() : last);
        owner.ended(task);
    }

    boolean isKilled() {
        return killGraceMs != NOT_KILLED;
    }

    /** Ends the task because its framework, or its executor, wants it. */
    void kill(long graceMs) {
        if (known != null
                && !isKilled()
                && TaskPolicy.hears(task.framework(), FrameworkInfo.Capability.Type.TASK_KILLING_STATE)) {
            context.tasks().update(task, statuses.step(TaskState.TASK_KILLING, known));
        }
        end(graceMs);
    }

    /** Ends the container; a second time can only shorten the grace period. */
    void end(long graceMs) {
        cancelCompletionTimer();
        checks.stop();
        if (isKilled() && killGraceMs <= graceMs) {
            return;
        }
        killGraceMs = graceMs;
        if (container != null) {
            container.kill(graceMs);
        }
    }

    /** Taking too long is a failure and not a kill. */
    private void expire() {
        overdue = true;
        end(0);
    }

    private void limitCompletion() {
        if (!task.info().hasMaxCompletionTime() || task.hasEnded()) {
            return;
        }
        task.firstStatus().ifPresent(first -> {
            long beganMs = (long) (first.getTimestamp() * 1_000);
            long limitMs = TaskPolicy.milliseconds(task.info().getMaxCompletionTime());
            long leftMs = Math.max(0, beganMs + limitMs - context.time().epochMs());
            completionTimer = context.time().after(leftMs, context.thread(), this::expire);
        });
    }

    private void cancelCompletionTimer() {
        if (completionTimer != null) {
            completionTimer.cancel();
            completionTimer = null;
        }
    }
}
