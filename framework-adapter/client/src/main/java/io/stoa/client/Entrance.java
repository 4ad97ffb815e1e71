package io.stoa.client;

import io.grpc.Status;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.DescribeSchedulersRequest;
import io.stoa.proto.v1.ListSchedulersRequest;
import io.stoa.proto.v1.ListSchedulersResponse;
import io.stoa.proto.v1.Scheduler;
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
    /** So many schedulers of all names are looked through. */
    private static final int MAX_PAGES = 100;

    private static final int PAGE_SIZE = 1_000;

    private final StoaClient client;
    private final FrameworkInfo info;
    private final String instance = UUID.randomUUID().toString();

    Entrance(StoaClient client, FrameworkInfo info) {
        this.client = client;
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
     * The scheduler of the name in the info: the one that this instance made, otherwise the only one.
     *
     * @return fails with FAILED_PRECONDITION where there are several
     */
    CompletableFuture<Optional<Scheduler>> find() {
        return page("", 0, new ArrayList<>()).thenCompose(this::choose);
    }

    private CompletableFuture<List<Scheduler>> page(String token, int before, List<Scheduler> found) {
        ListSchedulersRequest.Builder request =
                ListSchedulersRequest.newBuilder().setPageSize(PAGE_SIZE);
        if (!token.isEmpty()) {
            request.setPageToken(token);
        }
        return client.ask(ClusterServiceGrpc.getListSchedulersMethod(), request.build())
                .thenCompose(answer -> next(answer, before + 1, found));
    }

    private CompletableFuture<List<Scheduler>> next(ListSchedulersResponse answer, int pages, List<Scheduler> found) {
        for (Scheduler scheduler : answer.getSchedulersList()) {
            if (scheduler.getInfo().getName().equals(info.getName())) {
                found.add(scheduler);
            }
        }
        if (answer.getNextPageToken().isEmpty()) {
            return CompletableFuture.completedFuture(found);
        }
        if (pages == MAX_PAGES) {
            return failed(
                    "schedulers: more than " + MAX_PAGES * PAGE_SIZE + " (expected: fewer, or an id to be given)");
        }
        return page(answer.getNextPageToken(), pages, found);
    }

    private CompletableFuture<Optional<Scheduler>> choose(List<Scheduler> found) {
        Optional<Scheduler> mine = found.stream().filter(this::isMine).findFirst();
        if (mine.isPresent() || found.size() <= 1) {
            return CompletableFuture.completedFuture(
                    mine.or(() -> found.stream().findFirst()));
        }
        List<String> ids = found.stream().map(Scheduler::getSchedulerId).toList();
        return failed("schedulers named '" + info.getName() + "': " + ids + " (expected: one, or an id to be given)");
    }

    private static <T> CompletableFuture<T> failed(String why) {
        return CompletableFuture.failedFuture(
                Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException());
    }
}
