package io.stoa.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.proto.v1.View;
import io.stoa.proto.v1.WatchRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A picture of the cluster that goes on with it: a snapshot, and the watch behind it. A watch that breaks is resumed
 * behind the version of the picture; where that is not possible any more, and where a change is missing, a new snapshot
 * takes the picture's place. Until it is complete the old one stays, so that for a while there are two.
 *
 * <p>The listener is called on the mirror's thread; whoever is slow there does not fill a queue: the master cuts the
 * watch at last, and a new snapshot is taken.
 */
public final class ClusterMirror implements AutoCloseable {

    /** Messages that may wait to be dealt with. */
    private static final int WINDOW = 16;
    /** Three times what masters promise. */
    private static final long WATCH_SILENCE_MS = 45_000;

    private static final long SNAPSHOT_SILENCE_MS = 60_000;

    private final StoaClient client;
    private final LoopThread loop;
    private final Selection selection;
    private final Listener listener;
    private final UnderWay underWay;
    private final Backoff backoff;

    private @Nullable ClusterPicture picture;
    private @Nullable LoopStream<?> stream;
    private boolean followed;

    /** Who is told. One call at a time, on one thread; what it throws ends the mirror with it. */
    public interface Listener {

        /** The picture is a new one: the first, or one that took the place of another. */
        void replaced(ClusterView view);

        /**
         * The picture has gone on.
         *
         * @param changes in order, shown by the view already; empty where its version only is another
         */
        void changed(ClusterView view, List<Change> changes);

        /** The masters do not let this client look, or the listener failed; nothing follows. */
        void failed(Throwable why);
    }

    ClusterMirror(
            StoaClient client, LoopThread loop, Optional<Selection> selection, UnderWay underWay, Listener listener) {
        this.client = client;
        this.loop = loop;
        this.selection = selection.orElseGet(Selection::getDefaultInstance);
        this.underWay = underWay;
        this.listener = listener;
        backoff = client.backoff();
    }

    /** Opens a mirror of everything, on a thread of its own. */
    public static ClusterMirror open(StoaClient client, Listener listener) {
        return open(client, Selection.getDefaultInstance(), listener);
    }

    /** Opens a mirror of a part of the cluster, on a thread of its own. */
    public static ClusterMirror open(StoaClient client, Selection selection, Listener listener) {
        LoopThread[] loop = new LoopThread[1];
        loop[0] = new LoopThread("stoa-mirror", failure -> {
            loop[0].close();
            listener.failed(failure);
        });
        ClusterMirror mirror = new ClusterMirror(client, loop[0], Optional.of(selection), new UnderWay(), listener);
        loop[0].execute(mirror::start);
        return mirror;
    }

    /**
     * Reads the picture on the mirror's thread.
     *
     * @param question gets the view, or empty where there is none yet
     * @return fails where the question does; never completes after {@link #close}
     */
    public <T> CompletableFuture<T> ask(Function<Optional<ClusterView>, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                answer.complete(question.apply(Optional.ofNullable(picture)));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    void start() {
        takeSnapshot();
    }

    /** On the loop. */
    void stop() {
        if (stream != null) {
            stream.cancel("The mirror ends");
        }
    }

    /** On the loop; null before the first snapshot. */
    @Nullable
    ClusterPicture picture() {
        return picture;
    }

    private void takeSnapshot() {
        SnapshotRequest request = SnapshotRequest.newBuilder()
                .setSelection(selection)
                .setView(View.BASIC)
                .build();
        stream = LoopStream.open(
                client,
                loop,
                ClusterServiceGrpc.getSnapshotMethod(),
                request,
                WINDOW,
                SNAPSHOT_SILENCE_MS,
                new SnapshotReader());
    }

    private void watch(ClusterPicture from) {
        WatchRequest request = WatchRequest.newBuilder()
                .setVersion(from.version())
                .setSelection(selection)
                .build();
        stream = LoopStream.open(
                client,
                loop,
                ClusterServiceGrpc.getWatchMethod(),
                request,
                WINDOW,
                WATCH_SILENCE_MS,
                new WatchReader(from));
    }

    private void cutAndTakeSnapshot(String why) {
        stop();
        Status status = Status.DATA_LOSS.withDescription(why);
        later(this::takeSnapshot, new Failure(status, null, false));
    }

    private void later(Runnable again, Failure how) {
        boolean atOnce = how.leaderNamed() && !followed;
        followed = atOnce;
        loop.after(atOnce ? 0 : backoff.nextMs(), again);
    }

    private void fail(Failure how) {
        StatusRuntimeException failure = how.exception();
        listener.failed(failure);
    }

    private final class SnapshotReader implements LoopStream.Reader<SnapshotChunk> {

        private @Nullable ClusterPicture next;
        private boolean complete;

        @Override
        public boolean read(SnapshotChunk chunk) {
            ClusterPicture target = next;
            if (target == null) {
                target = new ClusterPicture(chunk.getVersion(), underWay);
                next = target;
            }
            if (target.version() != chunk.getVersion() || complete) {
                cutAndTakeSnapshot("chunk of version " + chunk.getVersion() + (complete ? " behind the last" : "")
                        + " (expected: version " + target.version() + ")");
                return false;
            }
            target.add(chunk);
            complete = chunk.getLast();
            return true;
        }

        @Override
        public void ended(Failure how) {
            if (how.status().isOk() && complete && next != null) {
                picture = next;
                watch(next);
                listener.replaced(next);
            } else if (how.status().isOk() || how.isTemporary()) {
                later(ClusterMirror.this::takeSnapshot, how);
            } else {
                fail(how);
            }
        }
    }

    private final class WatchReader implements LoopStream.Reader<Changes> {

        private final ClusterPicture watched;

        WatchReader(ClusterPicture watched) {
            this.watched = watched;
        }

        @Override
        public boolean read(Changes changes) {
            if (changes.getSince() != watched.version() || changes.getVersion() < changes.getSince()) {
                cutAndTakeSnapshot("changes from " + changes.getSince() + " to " + changes.getVersion()
                        + " (expected: from " + watched.version() + ")");
                return false;
            }
            backoff.reset();
            followed = false;
            if (changes.getVersion() > changes.getSince()) {
                watched.apply(changes);
                listener.changed(watched, changes.getChangesList());
            }
            return true;
        }

        @Override
        public void ended(Failure how) {
            switch (how.code()) {
                // Nothing of it is of use any more; or somebody else's changes are more than can be read.
                case OUT_OF_RANGE, RESOURCE_EXHAUSTED -> later(ClusterMirror.this::takeSnapshot, how);
                default -> {
                    if (how.status().isOk() || how.isTemporary()) {
                        later(() -> watch(watched), how);
                    } else {
                        fail(how);
                    }
                }
            }
        }
    }

    /** Nothing is told any more when this returns, but for what is being told on the mirror's own thread. */
    @Override
    public void close() {
        loop.execute(this::stop);
        loop.execute(loop::close);
        loop.awaitEnd();
    }
}
