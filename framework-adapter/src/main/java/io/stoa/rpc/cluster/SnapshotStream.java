package io.stoa.rpc.cluster;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.http.OpenCall;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.time.Time;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot on its way to one reader, made no faster than it is read: a chunk at a time, by one thread at a time.
 * Between two chunks others have their turn.
 */
final class SnapshotStream {

    /** Within which something has to be read. */
    static final long MAX_PAUSE_MS = 60_000;

    /** Within which a reader has to take notice that it was cut. */
    private static final long MAX_DEAF_MS = 10_000;

    private final SnapshotReader reader;
    private final ServerCallStreamObserver<SnapshotChunk> call;
    private final OpenCall open = OpenCall.current();
    private final Executor executor;
    private final Time time;
    private final ReaderCounts counts;
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable StatusRuntimeException end;
    private volatile long writtenAtMs;
    private volatile boolean ended;
    private volatile Time.@Nullable Timer pause;

    /** To be made while the call is begun. */
    SnapshotStream(
            SnapshotReader reader,
            ServerCallStreamObserver<SnapshotChunk> call,
            Executor executor,
            Time time,
            ReaderCounts counts) {
        this.reader = reader;
        this.call = call;
        this.executor = executor;
        this.time = time;
        this.counts = counts;
        writtenAtMs = time.monotonicMs();
    }

    void start() {
        call.setOnReadyHandler(this::schedule);
        awaitReader(MAX_PAUSE_MS);
        schedule();
    }

    /** Ends it as soon as the chunk is done that is being made. */
    void end(StatusRuntimeException error) {
        end = error;
        schedule();
    }

    /** The call is over, whoever ended it. */
    void closed() {
        ended = true;
        Time.Timer timer = pause;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void awaitReader(long delayMs) {
        pause = time.after(delayMs, executor, () -> {
            long pauseMs = time.monotonicMs() - writtenAtMs;
            if (ended || call.isCancelled()) {
                return;
            }
            if (pauseMs < MAX_PAUSE_MS || call.isReady()) {
                awaitReader(Math.max(1, MAX_PAUSE_MS - pauseMs));
            } else {
                counts.snapshotsCut.increment();
                end(Status.RESOURCE_EXHAUSTED
                        .withDescription("nothing read for " + pauseMs + " ms (expected: less than " + MAX_PAUSE_MS
                                + "): take a new snapshot")
                        .asRuntimeException());
                pause = time.after(MAX_DEAF_MS, executor, () -> open.reset("nothing is read"));
            }
        });
    }

    private void schedule() {
        if (work.getAndIncrement() == 0) {
            executor.execute(this::turn);
        }
    }

    private void turn() {
        int seen = work.get();
        boolean more;
        try {
            more = write();
        } catch (RuntimeException e) {
            ended = true;
            call.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
            throw e;
        }
        if (more || work.addAndGet(-seen) != 0) {
            executor.execute(this::turn);
        }
    }

    /** @return whether there is more to write at once */
    private boolean write() {
        StatusRuntimeException error = end;
        if (ended || call.isCancelled()) {
            ended = true;
        } else if (error != null) {
            ended = true;
            call.onError(error);
        } else if (call.isReady()) {
            writeChunk();
            return !ended;
        }
        return false;
    }

    private void writeChunk() {
        SnapshotChunk chunk = reader.next();
        if (chunk.getLast() || SnapshotReader.hasEntities(chunk)) {
            call.onNext(chunk);
            writtenAtMs = time.monotonicMs();
        }
        if (chunk.getLast()) {
            ended = true;
            call.onCompleted();
        }
    }
}
