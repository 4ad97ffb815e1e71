package io.stoa.rpc.cluster;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.proto.v1.WatchRequest;
import io.stoa.rpc.Requests;
import io.stoa.rpc.UnreadBytes;
import io.stoa.time.Time;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** All who watch, by the event loop that serves them. */
final class Watchers {

    /** At once: each may have a message on its way that it does not read. */
    static final int MAX_AT_ONCE = 5_000;

    private final Supplier<Executor> loops;
    private final Time time;
    private final ReaderCounts counts;
    private final UnreadBytes unread;
    private final Map<Executor, WatchPump> pumps = new ConcurrentHashMap<>();

    /** @param loops gives, on the thread that serves a connection, where the rest of its work is done */
    Watchers(Supplier<Executor> loops, Time time, ReaderCounts counts, UnreadBytes unread) {
        this.loops = loops;
        this.time = time;
        this.counts = counts;
        this.unread = unread;
    }

    /**
     * Begins to watch.
     *
     * @throws StatusRuntimeException where the request is invalid, out of range, or one too many
     */
    void watch(ClusterDesk desk, WatchRequest request, ServerCallStreamObserver<EncodedChanges> call) {
        Scope scope = Scope.of(request.getSelection());
        if (!request.hasVersion() || request.getVersion() < 0) {
            throw Requests.invalid(
                    "version: " + (request.hasVersion() ? request.getVersion() : "missing") + " (expected: >= 0)");
        }
        long version = request.getVersion();
        OptionalLong number = desk.log().behind(version);
        long newest = desk.snapshots().get().version().value();
        if (version > newest || number.isEmpty()) {
            throw Status.OUT_OF_RANGE
                    .withDescription("version: " + version + " (expected: "
                            + (version > newest ? "at most " + newest : "one that is kept still")
                            + "): take a new snapshot")
                    .asRuntimeException();
        }
        if (counts.watchers.incrementAndGet() > MAX_AT_ONCE) {
            counts.watchers.decrementAndGet();
            counts.watchersRefused.increment();
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("watchers: " + MAX_AT_ONCE + " (expected: fewer)")
                    .asRuntimeException();
        }
        WatchPump pump = pumps.computeIfAbsent(loops.get(), loop -> new WatchPump(loop, time, unread));
        begin(new Watcher(desk.log(), scope, call, counts, unread, number.getAsLong(), version), pump, call);
    }

    private void begin(Watcher watcher, WatchPump pump, ServerCallStreamObserver<EncodedChanges> call) {
        Runnable closed = () -> {
            if (pump.remove(watcher)) {
                counts.watchers.decrementAndGet();
            }
        };
        call.setOnCloseHandler(closed);
        call.setOnCancelHandler(closed);
        call.setOnReadyHandler(() -> pump.serve(watcher));
        pump.add(watcher);
    }

    /** There is more to read. */
    void wake() {
        pumps.values().forEach(WatchPump::wake);
    }

    void endAll(StatusRuntimeException error) {
        pumps.values().forEach(pump -> pump.endAll(error));
    }
}
