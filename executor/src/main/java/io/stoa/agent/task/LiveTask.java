package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import io.stoa.agent.check.CheckHistory;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.proto.mesos.TaskStates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** A task from its arrival until its last update is acknowledged. Changed by the agent's thread only. */
public final class LiveTask {

    private final TaskKey key;
    private final Run run;
    private final TaskInfo info;
    private final List<TaskStatus> statuses = new ArrayList<>();
    /** Of all its updates, also those that have made way for newer ones. */
    private final Set<ByteString> uuids = new HashSet<>();

    private final CheckHistory checks = new CheckHistory();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private volatile FrameworkInfo framework;
    private boolean ended;
    private boolean abandoned;

    /** @param run of the executor that runs it */
    public LiveTask(TaskKey key, Run run, TaskInfo info, FrameworkInfo framework) {
        this.key = key;
        this.run = run;
        this.info = info;
        this.framework = framework;
    }

    public TaskKey key() {
        return key;
    }

    public Run run() {
        return run;
    }

    public TaskInfo info() {
        return info;
    }

    public FrameworkInfo framework() {
        return framework;
    }

    void frameworkUpdated(FrameworkInfo updated) {
        framework = updated;
    }

    public Optional<TaskStatus> firstStatus() {
        return statuses.stream().findFirst();
    }

    public Optional<TaskStatus> latestStatus() {
        return statuses.isEmpty() ? Optional.empty() : Optional.of(statuses.get(statuses.size() - 1));
    }

    /** Whether it has had an update of that uuid. */
    public boolean knows(ByteString uuid) {
        return uuids.contains(uuid);
    }

    public TaskState state() {
        return latestStatus().map(TaskStatus::getState).orElse(TaskState.TASK_STAGING);
    }

    void advance(TaskStatus status) {
        uuids.add(status.getUuid());
        checks.add(status);
        // As in Mesos: of those of one state, of which checks make any number, the last counts.
        if (state() == status.getState() && !statuses.isEmpty()) {
            statuses.remove(statuses.size() - 1);
        }
        statuses.add(status);
        ended = TaskStates.isTerminal(status.getState());
        if (ended) {
            end.complete(null);
        }
    }

    /** What its updates tell of its checks. */
    public CheckHistory checks() {
        return checks;
    }

    public boolean hasEnded() {
        return ended;
    }

    /** Completes when nothing of it is left on the host. */
    public CompletableFuture<Void> end() {
        return end;
    }

    /** Nobody wants to hear of it any more. */
    void abandon() {
        abandoned = true;
    }

    public boolean isAbandoned() {
        return abandoned;
    }

    public TaskView view() {
        return new TaskView(run, framework, info, statuses);
    }
}
