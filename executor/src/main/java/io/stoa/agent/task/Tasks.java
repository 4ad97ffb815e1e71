package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.FrameworkUpdated;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.time.Time;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What is known of an agent's tasks and told about them, whoever runs them. Everything is called on the agent's own
 * thread.
 */
public final class Tasks {

    /** How many updates of one task may wait. */
    static final int UPDATES_MAX = 1_000;
    /** Of how many tasks updates may wait that are not there. */
    static final int UNKNOWN_MAX = 1_000;

    private final Map<TaskKey, LiveTask> live = new LinkedHashMap<>();
    private final Map<TaskState, Integer> ended = new EnumMap<>(TaskState.class);
    private long updates;
    private long strayUpdates;
    private final TaskJournal journal;
    private final UpdateStreams streams;
    private final Consumer<LiveTask> forgotten;

    /**
     * @param outbox the way to the master: false where the link is closed or full
     * @param thread the agent's own
     * @param forgotten told of every task about which nothing is left to tell
     */
    public Tasks(
            AgentPaths paths,
            Predicate<AgentMessage> outbox,
            Time time,
            Executor thread,
            Consumer<LiveTask> forgotten) {
        this.journal = new TaskJournal(paths);
        this.streams = new UpdateStreams(outbox::test, time, thread);
        this.forgotten = forgotten;
    }

    public TaskJournal journal() {
        return journal;
    }

    /** Those that are there, ended ones whose last update is unacknowledged included, oldest first. */
    public Collection<LiveTask> live() {
        return Collections.unmodifiableCollection(live.values());
    }

    public Optional<LiveTask> find(TaskKey key) {
        return Optional.ofNullable(live.get(key));
    }

    /** A task that is new here. */
    public void add(LiveTask task) {
        live.put(task.key(), task);
    }

    /**
     * Takes up a task of an earlier life of this agent, with the updates that are unacknowledged. What frameworks that
     * do not checkpoint had here was lost with that life, as in Mesos: nobody is told of it any more.
     */
    public LiveTask restore(TaskJournal.Entry entry) throws IOException {
        LiveTask task = entry.task();
        entry.updates().forEach(task::advance);
        live.put(task.key(), task);
        if (task.framework().getCheckpoint()) {
            entry.updates().stream().skip(entry.acknowledged()).forEach(status -> streams.add(task.key(), status));
        }
        return task;
    }

    /** False where so much waits to be told of a task, or of tasks that are not there, that no more is to be added. */
    public boolean hasRoom(TaskKey key) {
        return live.containsKey(key)
                ? streams.size(key) < UPDATES_MAX
                : streams.size(key) < UPDATES_MAX && streams.size() < live.size() + UNKNOWN_MAX;
    }

    /** Tells of a task that never was one here. */
    public void refuse(TaskKey key, TaskStatus status) {
        updates++;
        streams.add(key, status);
    }

    /** True for what was never a task here, while the framework has not acknowledged that it has ended. */
    public boolean isRefused(TaskKey key) {
        return !live.containsKey(key)
                && streams.latestState(key).filter(TaskStates::isTerminal).isPresent();
    }

    /** What became of a task. */
    public void update(LiveTask task, TaskStatus status) {
        updates++;
        task.advance(status);
        if (task.hasEnded()) {
            ended.merge(status.getState(), 1, Integer::sum);
        }
        if (!task.isAbandoned()) {
            journal.updated(task, status);
            streams.add(task.key(), status);
        } else if (task.hasEnded()) {
            forgetWhenTold(task);
        }
    }

    /** An executor spoke of what is not its own. */
    public void ignored() {
        strayUpdates++;
    }

    /** Figures about updates, under Mesos' names. */
    public void addTo(SortedMap<String, Double> figures) {
        figures.put("slave/valid_status_updates", (double) updates);
        figures.put("slave/invalid_status_updates", (double) strayUpdates);
    }

    /** From now on nobody is told of it; it is forgotten when it has ended. */
    public void abandon(LiveTask task) {
        task.abandon();
        streams.remove(task.key());
        forgetWhenTold(task);
    }

    /** Whether this is the acknowledgement that is waited for. */
    public boolean awaits(TaskKey key, ByteString uuid) {
        return streams.awaits(key, uuid);
    }

    public void acknowledge(StatusAcknowledgement message) {
        TaskKey key = new TaskKey(message.getFrameworkId(), message.getTaskId());
        if (!streams.acknowledge(key, message.getUuid())) {
            return;
        }
        LiveTask task = live.get(key);
        if (task != null) {
            journal.acknowledged(task, message.getUuid());
            forgetWhenTold(task);
        }
    }

    /** Nothing happens where something is left to tell, or to happen. */
    public void forgetWhenTold(LiveTask task) {
        if (!task.hasEnded() || !streams.isEmpty(task.key()) || !live.remove(task.key(), task)) {
            return;
        }
        forgotten.accept(task);
    }

    public void frameworkUpdated(FrameworkUpdated message) throws InvalidProtocolBufferException {
        FrameworkInfo updated = FrameworkInfo.parseFrom(message.getFrameworkInfo());
        ofFramework(message.getFrameworkId()).forEach(task -> task.frameworkUpdated(updated));
        streams.resend(key -> key.frameworkId().equals(message.getFrameworkId()));
    }

    /** A copy: what is done with them may change what is there. */
    public List<LiveTask> ofFramework(String frameworkId) {
        return live.values().stream()
                .filter(task -> task.key().frameworkId().equals(frameworkId))
                .toList();
    }

    /** The master is (back) there: sends every update again that waits for its acknowledgement. */
    public void resendUpdates() {
        streams.resend(key -> true);
    }

    /** The link takes more. */
    public void drainUpdates() {
        streams.drain();
    }

    /** What a master has to know of an agent that comes back. */
    public List<AgentTask> report() {
        return live.values().stream()
                .filter(task -> !task.isAbandoned())
                .map(Tasks::report)
                .toList();
    }

    private static AgentTask report(LiveTask task) {
        AgentTask.Builder report = AgentTask.newBuilder()
                .setFrameworkId(task.key().frameworkId())
                .setTaskId(task.key().taskId())
                .setState(task.state().getNumber())
                .setTaskInfo(task.info().toByteString());
        task.latestStatus()
                .filter(TaskStatus::hasContainerStatus)
                .ifPresent(status ->
                        report.setContainerStatus(status.getContainerStatus().toByteString()));
        return report.build();
    }

    /** How many tasks have ended in which way since the start of this process. */
    public Map<TaskState, Integer> ended() {
        return Map.copyOf(ended);
    }
}
