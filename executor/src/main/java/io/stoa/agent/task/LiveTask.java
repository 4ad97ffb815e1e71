package io.stoa.agent.task;

import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** A task from its arrival until its last update is acknowledged. Changed by the agent's thread only. */
final class LiveTask {

    private static final long NOT_KILLED = -1;

    private final TaskKey key;
    private final Run run;
    private final TaskInfo info;
    private final List<TaskStatus> statuses = new ArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private volatile FrameworkInfo framework;
    private @Nullable Container container;
    private @Nullable ContainerStatus containerStatus;
    private Time.@Nullable Timer completionTimer;
    private volatile long killGraceMs = NOT_KILLED;
    private boolean ended;
    private boolean abandoned;
    private boolean overdue;

    LiveTask(TaskKey key, Run run, TaskInfo info, FrameworkInfo framework) {
        this.key = key;
        this.run = run;
        this.info = info;
        this.framework = framework;
    }

    TaskKey key() {
        return key;
    }

    Run run() {
        return run;
    }

    TaskInfo info() {
        return info;
    }

    FrameworkInfo framework() {
        return framework;
    }

    void frameworkUpdated(FrameworkInfo updated) {
        framework = updated;
    }

    List<TaskStatus> statuses() {
        return statuses;
    }

    TaskState state() {
        return statuses.isEmpty()
                ? TaskState.TASK_STAGING
                : statuses.get(statuses.size() - 1).getState();
    }

    void advance(TaskStatus status) {
        statuses.add(status);
        if (status.hasContainerStatus()) {
            containerStatus = status.getContainerStatus();
        }
        ended = TaskStates.isTerminal(status.getState());
        if (ended) {
            cancelCompletionTimer();
            end.complete(null);
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** Completes when nothing of it is left on the host. */
    CompletableFuture<Void> end() {
        return end;
    }

    /** Null until the task starts. */
    @Nullable
    ContainerStatus containerStatus() {
        return containerStatus;
    }

    boolean hasBegun() {
        return containerStatus != null && !ended;
    }

    void launched(Container launched) {
        container = launched;
        if (isKilled()) {
            launched.kill(killGraceMs);
        }
    }

    boolean isKilled() {
        return killGraceMs != NOT_KILLED;
    }

    /** A second kill can only shorten the grace period. */
    void kill(long graceMs) {
        cancelCompletionTimer();
        if (isKilled() && killGraceMs <= graceMs) {
            return;
        }
        killGraceMs = graceMs;
        if (container != null) {
            container.kill(graceMs);
        }
    }

    /** Ends it for taking too long, which is a failure and not a kill. */
    void expire() {
        overdue = true;
        kill(0);
    }

    boolean isOverdue() {
        return overdue;
    }

    void completesBy(Time.Timer timer) {
        completionTimer = timer;
    }

    private void cancelCompletionTimer() {
        if (completionTimer != null) {
            completionTimer.cancel();
            completionTimer = null;
        }
    }

    /** Nobody wants to hear of it any more. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    TaskView view() {
        return new TaskView(run, framework, info, statuses);
    }
}
