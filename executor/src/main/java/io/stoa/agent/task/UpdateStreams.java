package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.time.Time;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * All updates that frameworks have not acknowledged yet: each is sent at once where its turn has come, again after 10
 * s, 20 s, 40 s … up to 10 min, and again when its framework or the master comes back. What the link cannot take now
 * waits here, so that nothing queues up in it.
 */
final class UpdateStreams {

    /** The way to the master. */
    interface Outbox {

        /** False where the link is closed or full; {@link UpdateStreams#drain()} tries again. */
        boolean offer(AgentMessage message);
    }

    private final Map<TaskKey, Entry> streams = new HashMap<>();
    /** Whose head has not been handed to the link, oldest first. */
    private final Set<TaskKey> unsent = new LinkedHashSet<>();

    private final Outbox outbox;
    private final Time time;
    private final Executor thread;

    /** @param thread the agent's own; timers come back to it */
    UpdateStreams(Outbox outbox, Time time, Executor thread) {
        this.outbox = outbox;
        this.time = time;
        this.thread = thread;
    }

    void add(TaskKey key, TaskStatus status) {
        Entry entry = streams.computeIfAbsent(key, created -> new Entry());
        boolean isHead = entry.stream.head() == null;
        entry.stream.add(status);
        if (isHead) {
            unsent.add(key);
            drain();
        }
    }

    /** Whether this is the acknowledgement that is waited for. */
    boolean awaits(TaskKey key, ByteString uuid) {
        Entry entry = streams.get(key);
        TaskStatus head = entry == null ? null : entry.stream.head();
        return head != null && head.getUuid().equals(uuid);
    }

    /** False where nothing of this task waits for that acknowledgement. */
    boolean acknowledge(TaskKey key, ByteString uuid) {
        Entry entry = streams.get(key);
        if (entry == null || !entry.stream.acknowledge(uuid)) {
            return false;
        }
        entry.cancelTimer();
        if (entry.stream.head() == null) {
            remove(key);
        } else {
            unsent.add(key);
            drain();
        }
        return true;
    }

    /** Sends every head of these tasks again, now. */
    void resend(Predicate<TaskKey> tasks) {
        streams.forEach((key, entry) -> {
            if (tasks.test(key)) {
                entry.stream.beginAnew();
                unsent.add(key);
            }
        });
        drain();
    }

    /** Hands to the link what it takes. */
    void drain() {
        for (Iterator<TaskKey> keys = unsent.iterator(); keys.hasNext(); ) {
            TaskKey key = keys.next();
            Entry entry = streams.get(key);
            TaskStatus head = entry == null ? null : entry.stream.head();
            if (entry != null && head != null) {
                if (!outbox.offer(message(key, head, entry.stream.latestState()))) {
                    return;
                }
                entry.cancelTimer();
                entry.timer = time.after(entry.stream.nextRetryMs(), thread, () -> retry(key));
            }
            keys.remove();
        }
    }

    private void retry(TaskKey key) {
        unsent.add(key);
        drain();
    }

    /** How many updates of a task wait. */
    int size(TaskKey key) {
        Entry entry = streams.get(key);
        return entry == null ? 0 : entry.stream.size();
    }

    /** What the newest update says that waits of a task. */
    Optional<TaskState> latestState(TaskKey key) {
        return Optional.ofNullable(streams.get(key)).map(entry -> entry.stream.latestState());
    }

    /** Of how many tasks updates wait. */
    int size() {
        return streams.size();
    }

    boolean isEmpty(TaskKey key) {
        return !streams.containsKey(key);
    }

    /** Gives up on a task: nobody is there to acknowledge. */
    void remove(TaskKey key) {
        Entry entry = streams.remove(key);
        if (entry != null) {
            entry.cancelTimer();
        }
        unsent.remove(key);
    }

    private static AgentMessage message(TaskKey key, TaskStatus status, @Nullable TaskState latest) {
        return AgentMessage.newBuilder()
                .setStatusUpdate(StatusUpdate.newBuilder()
                        .setFrameworkId(key.frameworkId())
                        .setStatus(status.toByteString())
                        .setLatestState((latest == null ? status.getState() : latest).getNumber()))
                .build();
    }

    private static final class Entry {

        private final UpdateStream stream = new UpdateStream();
        private Time.@Nullable Timer timer;

        private void cancelTimer() {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        }
    }
}
