package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.acknowledge;
import static io.stoa.itests.Calls.createVolume;
import static io.stoa.itests.Calls.destroyVolume;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reserve;
import static io.stoa.itests.Calls.unreserve;
import static io.stoa.itests.Calls.withId;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.reserved;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.itests.Fixtures.volume;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.Agent;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A framework that reserves and makes volumes, on a cluster that loses its master and its agent meanwhile. */
@Timeout(240)
class VolumesTest {

    private static final Resource DISK = reserved("disk", 64, "team");
    private static final Resource CPU = reserved("cpus", 1, "team");
    private static final Resource VOLUME = volume("data", DISK);

    @TempDir
    Path directory;

    @Test
    void reservationsVolumesAndFeedbackOutliveTasksAgentsAndMasters() throws Exception {
        FrameworkInfo info = framework("keeper", "team").build();
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess first = candidates.master("first")) {
            String firstAddress = candidates.awaitLeader();
            try (StoaProcess second = candidates.master("second")) {
                SchedulerClient before = subscribed(firstAddress, info);
                OperationStatus created;
                try (Agent agent = candidates.agent()) {
                    created = makeAVolumeAndUseIt(before);
                }
                try (Agent again = candidates.agent()) {
                    first.kill();
                    String next = candidates.awaitLeaderOtherThan(firstAddress);
                    try (SchedulerClient after =
                            subscribed(next, info.toBuilder().setId(before.id()).build())) {
                        assertThat(after.awaitOperation("create")).isEqualTo(created);
                        after.call(acknowledge(created));
                        Offer kept = after.awaitOffer(holding(VOLUME));
                        assertThat(kept.getAgentId()).isEqualTo(created.getAgentId());
                        giveEverythingBack(after, kept);
                    }
                }
            }
        }
    }

    /** The status of CREATE, which stays unacknowledged. */
    private static OperationStatus makeAVolumeAndUseIt(SchedulerClient client) throws Exception {
        Offer offer = client.awaitOffer(any -> true);
        TaskInfo user = shellTask("user", offer.getAgentId(), "true").toBuilder()
                .clearResources()
                .addResources(CPU)
                .addResources(VOLUME)
                .addAllResources(Resources.parse("mem:32").toProto())
                .build();
        client.call(accept(offer, reserve(CPU, DISK), withId("create", createVolume(VOLUME)), launch(user)));

        client.awaitState("user", TaskState.TASK_FINISHED);
        OperationStatus created = client.awaitOperation("create");
        assertThat(created.getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        client.awaitOffer(holding(VOLUME));
        return created;
    }

    private static void giveEverythingBack(SchedulerClient client, Offer offer) throws Exception {
        client.call(accept(offer, destroyVolume(VOLUME), unreserve(CPU, DISK)));

        Offer whole = client.awaitOffer(
                each -> each.getResourcesList().stream().noneMatch(resource -> resource.getReservationsCount() > 0));
        assertThat(Resources.of(whole.getResourcesList()))
                .isEqualTo(Resources.parse("cpus:4;mem:4096;disk:1024;ports:[31000-31099]"));
    }

    private static Predicate<Offer> holding(Resource resource) {
        return offer -> Resources.of(offer.getResourcesList()).contains(Resources.of(List.of(resource)));
    }

    /** Subscribes as soon as the master, which has just been elected, serves. */
    private static SchedulerClient subscribed(String master, FrameworkInfo info) {
        return await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe(master, info), client -> true);
    }
}
