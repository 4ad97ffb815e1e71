package io.stoa.rpc.cluster;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.time.Time;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The snapshots that are on their way. */
final class Snapshots {

    /** At once: each keeps what the cluster was like when it was taken. */
    static final int MAX_AT_ONCE = 200;

    private final Set<SnapshotStream> open = ConcurrentHashMap.newKeySet();
    private final Time time;
    private final ReaderCounts counts;

    Snapshots(Time time, ReaderCounts counts) {
        this.time = time;
        this.counts = counts;
    }

    /** @throws StatusRuntimeException where the request is invalid, or too many are open */
    void take(ClusterDesk desk, SnapshotRequest request, ServerCallStreamObserver<SnapshotChunk> call) {
        Scope scope = Scope.of(request.getSelection());
        if (counts.snapshots.incrementAndGet() > MAX_AT_ONCE) {
            counts.snapshots.decrementAndGet();
            counts.snapshotsRefused.increment();
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("snapshots on their way: " + MAX_AT_ONCE + " (expected: fewer)")
                    .asRuntimeException();
        }
        if (request.getCompressed()) {
            call.setCompression("gzip");
        }
        SnapshotReader reader = new SnapshotReader(desk.snapshots().get(), scope, request.getView());
        SnapshotStream stream = new SnapshotStream(reader, call, desk.reads(), time, counts);
        open.add(stream);
        Runnable closed = () -> {
            if (open.remove(stream)) {
                counts.snapshots.decrementAndGet();
                stream.closed();
            }
        };
        call.setOnCloseHandler(closed);
        call.setOnCancelHandler(closed);
        stream.start();
    }

    void endAll(StatusRuntimeException error) {
        open.forEach(stream -> stream.end(error));
    }
}
