package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** The unacknowledged updates of one task, in order: the next one waits for the acknowledgement of the one before. */
final class UpdateStream {

    private static final long FIRST_RETRY_MS = 10_000;
    private static final long LAST_RETRY_MS = 600_000;

    private final Deque<TaskStatus> pending = new ArrayDeque<>();
    private long retryMs = FIRST_RETRY_MS;

    void add(TaskStatus status) {
        pending.addLast(status);
    }

    int size() {
        return pending.size();
    }

    /** What waits for its acknowledgement; null where nothing does. */
    @Nullable
    TaskStatus head() {
        return pending.peekFirst();
    }

    /** The newest state that the agent knows, though it may have to wait to be told. */
    @Nullable
    TaskState latestState() {
        TaskStatus latest = pending.peekLast();
        return latest == null ? null : latest.getState();
    }

    /** False where this acknowledges something else than what waits: a repetition, or for another task. */
    boolean acknowledge(ByteString uuid) {
        TaskStatus head = pending.peekFirst();
        if (head == null || !head.getUuid().equals(uuid)) {
            return false;
        }
        pending.removeFirst();
        retryMs = FIRST_RETRY_MS;
        return true;
    }

    /** Whoever is to acknowledge is back: begins with short waits again. */
    void beginAnew() {
        retryMs = FIRST_RETRY_MS;
    }

    /** How long the head is waited for this time; twice as long the next time. */
    long nextRetryMs() {
        long now = retryMs;
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
        return now;
    }
}
