package io.stoa.rpc.cluster;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.http.OpenCall;
import io.stoa.rpc.UnreadBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * One who watches: a place in the log and an open call. What waits for it waits in the log, not here. Used by the event
 * loop of its call only, and made while that call is begun.
 */
final class Watcher {

    /** What goes into one message, unless a single entry is larger. */
    private static final int MAX_MESSAGE_BYTES = 32 << 10;

    /** That are looked through for one message. */
    private static final int MAX_ENTRIES = 256;

    private static final int MAX_REMINDERS_SINCE_END = 10;

    private final WatchLog log;
    private final Scope scope;
    private final ServerCallStreamObserver<EncodedChanges> call;
    private final OpenCall open = OpenCall.current();
    private final ReaderCounts counts;
    private final UnreadBytes unread;
    private long number;
    private long version;
    private long toldAtMs;
    private boolean ended;
    private int remindersSinceEnd;
    /** Of the message that was one too many for the reader. */
    private int unreadBytes;

    /** Whether it is among those that have their turn soon. */
    boolean isDue;

    /**
     * @param unread of all watchers
     * @param number of the entry where it begins
     * @param version behind which it begins
     */
    Watcher(
            WatchLog log,
            Scope scope,
            ServerCallStreamObserver<EncodedChanges> call,
            ReaderCounts counts,
            UnreadBytes unread,
            long number,
            long version) {
        this.log = log;
        this.scope = scope;
        this.call = call;
        this.counts = counts;
        this.unread = unread;
        this.number = number;
        this.version = version;
    }

    /** Says from where, before anything else. */
    void begin(long nowMs) {
        tell(new EncodedChanges(version, version, List.of()), nowMs);
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether a turn of it would change anything. */
    boolean hasWork() {
        return !ended && (call.isReady() ? number < log.end() : !log.isKept(number));
    }

    /** Sends one message, if there is one and it is wanted, or cuts the call. */
    void turn(long nowMs) {
        if (ended || call.isCancelled()) {
            ended = true;
        } else if (!log.isKept(number)) {
            cut();
        } else if (call.isReady()) {
            sendNext(nowMs);
        }
    }

    private void sendNext(long nowMs) {
        List<LoggedChanges.Slice> slices = new ArrayList<>();
        long reached = version;
        int bytes = 0;
        for (int i = 0; i < MAX_ENTRIES && number < log.end(); i++) {
            LoggedChanges entry = log.find(number);
            if (entry == null) {
                cut();
                return;
            }
            if (entry.version() > reached) {
                int before = slices.size();
                entry.behind(reached, scope, (slice, size) -> slices.add(slice));
                int added = slices.subList(before, slices.size()).stream()
                        .mapToInt(LoggedChanges.Slice::size)
                        .sum();
                if (before > 0 && bytes + added > MAX_MESSAGE_BYTES) {
                    slices.subList(before, slices.size()).clear();
                    break;
                }
                bytes += added;
                reached = entry.version();
            }
            number++;
        }
        if (reached > version) {
            EncodedChanges changes = new EncodedChanges(version, reached, slices);
            version = reached;
            tell(changes, nowMs);
        }
    }

    /**
     * Says the version again, where nothing was said for that long. Who does not even take notice that it was ended, is
     * ended otherwise.
     */
    void remind(long nowMs, long intervalMs) {
        if (ended) {
            remindersSinceEnd++;
            if (remindersSinceEnd == MAX_REMINDERS_SINCE_END) {
                open.reset("nothing is read");
            }
        } else if (nowMs - toldAtMs >= intervalMs && call.isReady()) {
            tell(new EncodedChanges(version, version, List.of()), nowMs);
        }
    }

    private void tell(EncodedChanges changes, long nowMs) {
        toldAtMs = nowMs;
        call.onNext(changes);
        if (!call.isReady()) {
            int bytes = changes.slices().stream()
                    .mapToInt(LoggedChanges.Slice::size)
                    .sum();
            unreadBytes += bytes;
            unread.hold(bytes);
        }
    }

    /** What it was told is read, or dropped. */
    void hasRead() {
        unread.release(unreadBytes);
        unreadBytes = 0;
    }

    int unreadBytes() {
        return unreadBytes;
    }

    long toldAtMs() {
        return toldAtMs;
    }

    /** Ends it with what it has not read, so that the memory is free. */
    void drop() {
        counts.watchersDropped.increment();
        ended = true;
        hasRead();
        open.reset("too much is unread of all watchers");
    }

    private void cut() {
        counts.watchersCut.increment();
        end(Status.RESOURCE_EXHAUSTED
                .withDescription("what is behind version " + version + " is not kept any more: take a new snapshot")
                .asRuntimeException());
    }

    void end(StatusRuntimeException error) {
        if (!ended) {
            ended = true;
            call.onError(error);
        }
    }
}
