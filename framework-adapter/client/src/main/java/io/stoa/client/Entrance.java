package io.stoa.client;

import io.grpc.Status;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.DescribeSchedulersRequest;
import io.stoa.proto.v1.Kind;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;

/**
 * Finds the scheduler that an instance is to be, and recognises what it was made by a subscription whose answer was
 * lost: each instance names itself in a label of its FrameworkInfo.
 */
final class Entrance {

    static final String INSTANCE = "stoa-instance";
    /** Chunks that may wait to be looked through. */
    private static final int WINDOW = 4;

    private static final long SILENCE_MS = 10_000;

    private final StoaClient client;
    private final LoopThread loop;
    private final FrameworkInfo info;
    private final String instance = UUID.randomUUID().toString();

    Entrance(StoaClient client, LoopThread loop, FrameworkInfo info) {
        this.client = client;
        this.loop = loop;
        this.info = info;
    }

    /** What to subscribe with: as given, with the instance's label. */
    FrameworkInfo signed(FrameworkInfo given) {
        Labels.Builder labels = Labels.newBuilder();
        for (Label label : given.getLabels().getLabelsList()) {
            if (!label.getKey().equals(INSTANCE)) {
                labels.addLabels(label);
            }
        }
        labels.addLabels(Label.newBuilder().setKey(INSTANCE).setValue(instance));
        return given.toBuilder().setLabels(labels).build();
    }

    /** True where the newest subscription of that scheduler was made by this instance. */
    boolean isMine(Scheduler scheduler) {
        return scheduler.getInfo().getLabels().getLabelsList().stream()
                .anyMatch(label ->
                        label.getKey().equals(INSTANCE) && label.getValue().equals(instance));
    }

    /** The scheduler of that id; empty where there is none. */
    CompletableFuture<Optional<Scheduler>> describe(String schedulerId) {
        DescribeSchedulersRequest request = DescribeSchedulersRequest.newBuilder()
                .addSchedulerIds(schedulerId)
                .build();
        return client.ask(ClusterServiceGrpc.getDescribeSchedulersMethod(), request)
                .thenApply(answer -> answer.getSchedulersList().stream().findFirst());
    }

    /**
     * The scheduler of the name in the info: the one that this instance made, otherwise the only one. On the loop.
     *
     * @return fails with FAILED_PRECONDITION where there are several
     */
    CompletableFuture<Optional<Scheduler>> find() {
        SnapshotRequest request = SnapshotRequest.newBuilder()
                .setSelection(Selection.newBuilder().addKinds(Kind.SCHEDULERS))
                .build();
        Namesakes namesakes = new Namesakes();
        LoopStream.open(client, loop, ClusterServiceGrpc.getSnapshotMethod(), request, WINDOW, SILENCE_MS, namesakes);
        return namesakes.all.thenCompose(this::choose);
    }

    /** Keeps those of the name, of all that there are. */
    private final class Namesakes implements LoopStream.Reader<SnapshotChunk> {

        private final CompletableFuture<List<Scheduler>> all = new CompletableFuture<>();
        private final List<Scheduler> found = new ArrayList<>();
        private boolean complete;

        @Override
        public boolean read(SnapshotChunk chunk) {
            for (Scheduler scheduler : chunk.getSchedulersList()) {
                if (scheduler.getInfo().getName().equals(info.getName())) {
                    found.add(scheduler);
                }
            }
            complete = chunk.getLast();
            return true;
        }

        @Override
        public void ended(Failure how) {
            if (how.status().isOk() && complete) {
                all.complete(found);
            } else if (how.status().isOk()) {
                all.completeExceptionally(Status.UNAVAILABLE
                        .withDescription("the snapshot was cut")
                        .asRuntimeException());
            } else {
                all.completeExceptionally(how.exception());
            }
        }
    }

    private CompletableFuture<Optional<Scheduler>> choose(List<Scheduler> found) {
        Optional<Scheduler> mine = found.stream().filter(this::isMine).findFirst();
        if (mine.isPresent() || found.size() <= 1) {
            return CompletableFuture.completedFuture(
                    mine.or(() -> found.stream().findFirst()));
        }
        List<String> ids = found.stream().map(Scheduler::getSchedulerId).toList();
        String why = "schedulers named '" + info.getName() + "': " + ids + " (expected: one, or an id to be given)";
        return CompletableFuture.failedFuture(
                Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException());
    }
}
