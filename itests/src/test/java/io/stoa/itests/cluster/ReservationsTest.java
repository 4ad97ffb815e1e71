package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.acknowledge;
import static io.stoa.itests.Calls.createVolume;
import static io.stoa.itests.Calls.destroyVolume;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reconcileOperations;
import static io.stoa.itests.Calls.reserve;
import static io.stoa.itests.Calls.revive;
import static io.stoa.itests.Calls.tearDown;
import static io.stoa.itests.Calls.unreserve;
import static io.stoa.itests.Calls.withId;
import static io.stoa.itests.Fixtures.capability;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.reserved;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.itests.Fixtures.volume;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is reserved on a real agent, for whom, in either format, and what is done with it. */
@Timeout(180)
@SuppressWarnings("deprecation") // The format of frameworks that do not know refined reservations.
class ReservationsTest {

    private static final String UNRESERVED = "cpus:3;mem:1024;disk:512;ports:[31000-31009]";
    private static final Resource STATIC = Resource.newBuilder(reserved("cpus", 1))
            .addReservations(ReservationInfo.newBuilder()
                    .setType(ReservationInfo.Type.STATIC)
                    .setRole("legacy"))
            .build();

    @TempDir
    static Path directory;

    private static ProcessCluster cluster;
    private static StoaProcess agent;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
    }

    private static StoaProcess startAgent() throws Exception {
        return cluster.agent("agent", "--resources=cpus(legacy):1;" + UNRESERVED);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        cluster.tearDownFrameworks();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    /** A framework that knows several roles, but not reservations in the new format. */
    private static FrameworkInfo.Builder oldFramework(String name, String role) {
        return framework(name).addRoles(role).addCapabilities(capability(Capability.Type.MULTI_ROLE));
    }

    private static Predicate<Offer> holding(Resource... resources) {
        return offer -> Resources.of(offer.getResourcesList()).contains(Resources.of(List.of(resources)));
    }

    private static Resource find(Offer offer, Predicate<Resource> wanted) {
        return offer.getResourcesList().stream().filter(wanted).findFirst().orElseThrow();
    }

    /** Waits for it and acknowledges it. */
    private static OperationStatus awaitOperation(SchedulerClient client, String id) throws Exception {
        OperationStatus status = client.awaitOperation(id);
        if (status.hasUuid()) {
            client.call(acknowledge(status));
        }
        return status;
    }

    private static void awaitFinished(SchedulerClient client, String... ids) throws Exception {
        for (String id : ids) {
            OperationStatus status = awaitOperation(client, id);
            assertThat(status.getState()).as(status.getMessage()).isEqualTo(OperationState.OPERATION_FINISHED);
        }
    }

    @Test
    void whatTheAgentReservesIsForItsRoleInBothFormatsAndStays() throws Exception {
        try (SchedulerClient client = cluster.subscribe(framework("legacy", "legacy"))) {
            Offer offer = client.awaitOpenOffer(holding(STATIC));
            assertThat(find(offer, Resource::hasScalar).getReservationsList()).isEqualTo(STATIC.getReservationsList());
            client.call(accept(offer, withId("no", unreserve(STATIC))));
            OperationStatus refused = awaitOperation(client, "no");
            assertThat(refused.getState()).isEqualTo(OperationState.OPERATION_ERROR);
            assertThat(refused.getMessage()).contains("is not dynamically reserved");
            client.call(tearDown());
        }
        try (SchedulerClient client = cluster.subscribe(oldFramework("older", "legacy"))) {
            Offer offer = client.awaitOpenOffer(holding(STATIC));
            Resource cpus = find(offer, resource -> resource.getRole().equals("legacy"));
            assertThat(cpus.getReservationsCount()).isZero();
            assertThat(cpus.hasReservation()).isFalse();
            client.call(tearDown());
        }
        try (SchedulerClient client = cluster.subscribe(framework("other", "other"))) {
            Offer offer = client.awaitOpenOffer(any -> true);
            assertThat(Resources.of(offer.getResourcesList())).isEqualTo(Resources.parse(UNRESERVED));
        }
    }

    @Test
    void reservationsAreRefinedAndOfferedInTheFormatOfEachFramework() throws Exception {
        Resource cpus = reserved("cpus", 1, "eng");
        Resource mem = reserved("mem", 64, "eng");
        Resource refined = reserved("cpus", 1, "eng", "eng/web");
        try (SchedulerClient client = cluster.subscribe(framework("new", "eng"))) {
            client.call(accept(client.awaitOpenOffer(any -> true), withId("cpus", reserve(cpus))));
            awaitFinished(client, "cpus");
            client.call(tearDown());
        }
        try (SchedulerClient client = cluster.subscribe(oldFramework("old", "eng"))) {
            Offer offer = client.awaitOpenOffer(holding(cpus));
            Resource old = find(offer, resource -> resource.getRole().equals("eng"));
            assertThat(old.hasReservation()).isTrue();
            assertThat(old.getReservationsCount()).isZero();
            Resource wanted = Resource.newBuilder(reserved("mem", 64))
                    .setRole("eng")
                    .setReservation(ReservationInfo.getDefaultInstance())
                    .build();
            client.call(accept(offer, withId("mem", reserve(wanted))));
            awaitFinished(client, "mem");
            client.call(tearDown());
        }
        try (SchedulerClient client = cluster.subscribe(framework("web", "eng/web"))) {
            Offer offer = client.awaitOpenOffer(holding(cpus, mem));
            client.call(accept(offer, withId("refine", reserve(refined))));
            awaitFinished(client, "refine");
            Resource seen =
                    find(client.awaitOpenOffer(holding(refined)), resource -> resource.getReservationsCount() == 2);
            assertThat(seen.getReservationsList()).isEqualTo(refined.getReservationsList());
            client.call(tearDown());
        }
        try (SchedulerClient client = cluster.subscribe(oldFramework("old web", "eng/web"))) {
            Offer offer = client.awaitOpenOffer(holding(mem));
            assertThat(Resources.of(offer.getResourcesList()).scalarMilli("cpus"))
                    .isEqualTo(2000);
            client.call(tearDown());
        }
        try (SchedulerClient client = cluster.subscribe(framework("web", "eng/web"))) {
            Offer offer = client.awaitOpenOffer(holding(refined, mem));
            client.call(accept(
                    offer,
                    withId("coarsen", unreserve(refined)),
                    withId("free cpus", unreserve(cpus)),
                    withId("free mem", unreserve(mem))));
            awaitFinished(client, "coarsen", "free cpus", "free mem");
            client.awaitOpenOffer(holding(Resources.parse(UNRESERVED).toProto().toArray(Resource[]::new)));
        }
    }

    @Test
    void oneAcceptOfTwoOffersDoesAllInOrderAndWhatItMadeOutlivesTaskAgentAndMaster() throws Exception {
        Path go = directory.resolve("go");
        Resource cpus = reserved("cpus", 2.5, "store");
        Resource disk = reserved("disk", 64, "store");
        Resource volume = volume("kept", disk);
        FrameworkInfo.Builder info = framework("store", "store");
        try (SchedulerClient client = cluster.subscribe(info)) {
            info.setId(client.id());
            List<Offer> offers = twoOffersOfOneAgent(client);
            TaskInfo task = shellTask(
                    "fails",
                    offers.get(0).getAgentId(),
                    "echo data > data/file; while ! [ -e " + go + " ]; do sleep 0.1; done; exit 3",
                    Stream.concat(Stream.of(cpus, volume), Resources.parse("mem:32").toProto().stream())
                            .toList());
            Call.Builder call = accept(
                    offers,
                    withId("reserve", reserve(cpus, disk)),
                    withId("create", createVolume(volume)),
                    launch(task));
            call.getAcceptBuilder().getFiltersBuilder().setRefuseSeconds(1000);
            client.call(call);
            awaitFinished(client, "reserve", "create");
            client.awaitState("fails", TaskState.TASK_RUNNING);

            try (SchedulerClient other = cluster.subscribe(framework("other", "other"))) {
                Offer rest = other.awaitOpenOffer(any -> true);
                assertThat(Resources.of(rest.getResourcesList()))
                        .isEqualTo(Resources.parse("cpus:0.5;mem:992;disk:448;ports:[31000-31009]"));
                assertThat(client.openOffers()).isEmpty();
                other.call(tearDown());
            }
            client.call(revive());
            client.awaitOpenOffer(
                    offer -> Resources.of(offer.getResourcesList()).scalarMilli("mem") == 992_000);

            assertThat(go.toFile().createNewFile()).isTrue();
            client.awaitState("fails", TaskState.TASK_FAILED);
            client.awaitOpenOffer(holding(cpus, volume));
            agent.kill();
            await().until(() -> client.openOffers().isEmpty());
            agent = startAgent();
            client.awaitOpenOffer(holding(cpus, volume));
            cluster.killMaster();
        }
        cluster.restartMaster();
        Path file = directory.resolve("agent/volumes/roles/store/kept/file");
        assertThat(file).hasContent("data");
        try (SchedulerClient client = cluster.subscribe(info)) {
            client.call(accept(
                    client.awaitOpenOffer(holding(cpus, volume)),
                    withId("destroy", destroyVolume(volume)),
                    withId("unreserve", unreserve(cpus, disk))));
            awaitFinished(client, "destroy", "unreserve");
            await().untilAsserted(() -> assertThat(file.getParent()).doesNotExist());
        }
    }

    @Test
    void operationsAreKnownUntilTheyAreAcknowledged() throws Exception {
        Resource cpus = reserved("cpus", 1, "asks");
        try (SchedulerClient client = cluster.subscribe(framework("asks", "asks"))) {
            client.call(accept(client.awaitOpenOffer(any -> true), withId("reserve", reserve(cpus))));
            OperationStatus finished = client.awaitOperation("reserve");
            assertThat(finished.getState()).isEqualTo(OperationState.OPERATION_FINISHED);
            int before = client.events().size();
            client.call(reconcileOperations("reserve", "nobody's"));
            awaitReconciled(client, before, "nobody's", OperationState.OPERATION_UNKNOWN);
            awaitReconciled(client, before, "reserve", OperationState.OPERATION_FINISHED);

            client.call(acknowledge(finished));
            await().until(() -> {
                int asked = client.events().size();
                client.call(reconcileOperations("reserve"));
                return awaitReconciled(client, asked, "reserve") == OperationState.OPERATION_UNKNOWN;
            });
            client.call(accept(client.awaitOpenOffer(holding(cpus)), withId("unreserve", unreserve(cpus))));
            awaitFinished(client, "unreserve");
        }
    }

    private static void awaitReconciled(SchedulerClient client, int behind, String id, OperationState expected)
            throws InterruptedException {
        assertThat(awaitReconciled(client, behind, id)).as(id).isEqualTo(expected);
    }

    private static OperationState awaitReconciled(SchedulerClient client, int behind, String id)
            throws InterruptedException {
        for (int next = behind; ; next++) {
            OperationStatus status =
                    client.eventsBehind(next).get(0).getUpdateOperationStatus().getStatus();
            if (status.getOperationId().getValue().equals(id) && !status.hasUuid()) {
                return status.getState();
            }
        }
    }

    /** The first test may come before the agent. */
    private static String awaitAgentId() {
        return await().until(() -> cluster.get("/slaves").at("/slaves/0/id").asText(), id -> !id.isEmpty());
    }

    /** What {@code bin/stoa} reserves and makes is there for the frameworks of the role, and goes as it came. */
    @Test
    void operatorsReserveAndMakeVolumesByCommands() throws Exception {
        String agentId = awaitAgentId();
        Resource disk = reserved("disk", 64, "shop");
        Resource volume = volume("stock", disk);
        cluster.stoa("reserve", "--agent=" + agentId, "--role=shop", "cpus:1;disk:64");
        cluster.stoa("volumes", "create", "--agent=" + agentId, "--role=shop", "--path=data", "--size=64", "stock");
        assertThat(cluster.stoa("roles")).containsPattern("shop .*cpus:1;disk:64");
        try (SchedulerClient client = cluster.subscribe(framework("shop", "shop"))) {
            Offer offer = client.awaitOpenOffer(holding(volume, reserved("cpus", 1, "shop")));
            client.call(accept(offer, launch(sharing("uses", offer, volume, "touch data/file; exec sleep 1000"))));
            client.awaitState("uses", TaskState.TASK_RUNNING);
            String[] destroy = {"volumes", "destroy", "--agent=" + agentId, "stock"};
            assertThat(cluster.tryStoa(destroy)).isFalse();
            client.call(kill("uses"));
            client.awaitState("uses", TaskState.TASK_KILLED);
            client.awaitOpenOffer(holding(volume));
            cluster.stoa(destroy);
            await().untilAsserted(
                            () -> assertThat(client.openOffers()).isNotEmpty().noneMatch(holding(volume)));
            cluster.stoa("unreserve", "--agent=" + agentId, "--role=shop", "cpus:1;disk:64");
            client.awaitOpenOffer(
                    offered -> Resources.of(offered.getResourcesList()).equals(Resources.parse(UNRESERVED)));
        }
    }

    /** What the agent itself reserves is reserved for a role below, and goes back to the one above. */
    @Test
    void operatorsRefineAReservationByCommands() throws Exception {
        String agentId = awaitAgentId();
        String endOfId = agentId.substring(agentId.lastIndexOf('-'));
        cluster.stoa("reserve", "--agent=" + endOfId, "--refine=legacy", "--role=legacy/web", "cpus:0.5");
        JsonNode refined = cluster.get("/slaves").at("/slaves/0/reserved_resources");
        assertThat(refined.path("legacy").path("cpus").asDouble()).isEqualTo(0.5);
        assertThat(refined.path("legacy/web").path("cpus").asDouble()).isEqualTo(0.5);
        cluster.stoa("unreserve", "--agent=" + endOfId, "--role=legacy/web", "cpus:0.5");
        JsonNode again = cluster.get("/slaves").at("/slaves/0/reserved_resources");
        assertThat(again.path("legacy").path("cpus").asDouble()).isEqualTo(1);
        assertThat(again.has("legacy/web")).isFalse();
    }

    /** What a task gave back is offered beside what was left when it started. */
    private static List<Offer> twoOffersOfOneAgent(SchedulerClient client) throws Exception {
        Offer whole = client.awaitOpenOffer(any -> true);
        client.call(accept(
                whole,
                launch(shellTask(
                        "filler",
                        whole.getAgentId(),
                        "exec sleep 1000",
                        Resources.parse("cpus:1").toProto()))));
        client.awaitState("filler", TaskState.TASK_RUNNING);
        Offer rest = client.awaitOpenOffer(any -> true);
        client.call(kill("filler"));
        Offer back = client.awaitOpenOffer(offer -> !offer.getId().equals(rest.getId()));
        assertThat(Resources.of(back.getResourcesList())).isEqualTo(Resources.parse("cpus:1"));
        return List.of(rest, back);
    }

    @Test
    void volumesAreSharedGrownAndShrunk() throws Exception {
        Resource disk = reserved("disk", 128, "files");
        Resource half = reserved("disk", 64, "files");
        Resource volume = volume("grows", half);
        Resource grown = volume("grows", disk);
        Resource shared = volume("shared", half).toBuilder()
                .setShared(Resource.SharedInfo.getDefaultInstance())
                .build();
        FrameworkInfo.Builder info =
                framework("files", "files").addCapabilities(capability(Capability.Type.SHARED_RESOURCES));
        try (SchedulerClient client = cluster.subscribe(info)) {
            Offer offer = client.awaitOpenOffer(any -> true);
            client.call(accept(offer, withId("make", reserve(disk)), withId("create", createVolume(volume))));
            awaitFinished(client, "make", "create");
            client.call(accept(client.awaitOpenOffer(holding(volume)), withId("grow", grow(volume, half))));
            awaitFinished(client, "grow");
            assertThat(sizes("grows")).containsExactly(128);
            client.call(accept(client.awaitOpenOffer(holding(grown)), withId("shrink", shrink(grown, 64))));
            awaitFinished(client, "shrink");
            assertThat(sizes("grows")).containsExactly(64);

            Offer free = client.awaitOpenOffer(holding(volume, half));
            client.call(accept(
                    free,
                    withId("share", createVolume(shared)),
                    launch(
                            sharing("writes", free, shared, "echo seen > data/file; exec sleep 1000"),
                            sharing("reads", free, shared, "until grep seen data/file; do sleep 0.1; done"))));
            awaitFinished(client, "share");
            client.awaitState("reads", TaskState.TASK_FINISHED);
            client.call(accept(client.awaitOpenOffer(holding(shared)), withId("early", destroyVolume(shared))));
            assertThat(awaitOperation(client, "early").getState()).isEqualTo(OperationState.OPERATION_ERROR);
            client.call(kill("writes"));
            client.awaitState("writes", TaskState.TASK_KILLED);
            client.call(accept(
                    client.awaitOpenOffer(holding(shared, volume)),
                    withId("destroy", destroyVolume(shared, volume)),
                    withId("give back", unreserve(disk))));
            awaitFinished(client, "destroy", "give back");
        }
        Path host = directory.resolve("agent/volumes/roles/files/shared");
        await().untilAsserted(() -> assertThat(host).doesNotExist());
    }

    private static TaskInfo sharing(String id, Offer offer, Resource shared, String command) {
        return shellTask(id, offer.getAgentId(), command).toBuilder()
                .addResources(shared)
                .build();
    }

    private static Operation.Builder grow(Resource volume, Resource addition) {
        return Operation.newBuilder()
                .setType(Operation.Type.GROW_VOLUME)
                .setGrowVolume(
                        Operation.GrowVolume.newBuilder().setVolume(volume).setAddition(addition));
    }

    private static Operation.Builder shrink(Resource volume, double subtract) {
        Operation.ShrinkVolume.Builder shrink =
                Operation.ShrinkVolume.newBuilder().setVolume(volume);
        shrink.getSubtractBuilder().setValue(subtract);
        return Operation.newBuilder().setType(Operation.Type.SHRINK_VOLUME).setShrinkVolume(shrink);
    }

    /** What {@code bin/stoa volumes} says of it. */
    private static List<Integer> sizes(String volume) throws Exception {
        return Arrays.stream(cluster.stoa("volumes", "list").split("\n", -1))
                .filter(line -> line.startsWith(volume + " "))
                .map(line -> Integer.valueOf(line.replaceAll(".* (\\d+) +(yes|no).*", "$1")))
                .toList();
    }
}
