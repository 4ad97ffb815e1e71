package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.reserved;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Status;
import io.stoa.itests.NativeScheduler;
import io.stoa.itests.SchedulerClient;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.Operation;
import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler over RPC and frameworks on one agent of four cpus: what one has the other has not. */
@Timeout(240)
class TogetherTest {

    private static final String ENDLESS = "exec sleep 1000";

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;
    private static AgentID agent;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        cluster.agent("agent", "--resources=cpus:4;mem:1024;disk:0;ports:[]");
        await().until(() -> !agents().isEmpty());
        agent = AgentID.newBuilder()
                .setValue(agents().path(0).path("id").asText())
                .build();
    }

    private static JsonNode agents() throws Exception {
        return cluster.get("/slaves").path("slaves");
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    /** Nothing is in use then, and what there is comes as one offer. */
    @AfterEach
    void end() throws Exception {
        for (JsonNode quota : cluster.get("/quota").path("configs")) {
            cluster.stoa("quota", "remove", quota.path("role").asText());
        }
        cluster.tearDownFrameworks();
        await().until(() -> agents().path(0).at("/used_resources/cpus").asDouble(-1) == 0);
    }

    private static NativeScheduler scheduler(String name, String role) throws InterruptedException {
        return NativeScheduler.subscribe(
                cluster.address(), framework(name, role).build());
    }

    private static Operation.Builder claim(String id, String resources) {
        return claim(id, Resources.parse(resources).toProto());
    }

    private static Operation.Builder claim(String id, List<Resource> resources) {
        return NativeScheduler.claim(shellTask(id, agent, ENDLESS, resources));
    }

    private static Conflict onlyConflict(CommitResponse response) {
        assertThat(response.getOutcome()).isEqualTo(Outcome.CONFLICTED);
        assertThat(response.getConflictsList()).hasSize(1);
        return response.getConflicts(0);
    }

    private static void awaitRescind(SchedulerClient client, Offer offer) throws InterruptedException {
        client.await(event -> event.getType() == Event.Type.RESCIND
                && event.getRescind().getOfferId().equals(offer.getId()));
    }

    private static boolean holdsWhatIsReserved(Offer offer) {
        return offer.getResourcesList().stream().anyMatch(resource -> resource.getReservationsCount() > 0);
    }

    private static double cpus(List<? extends Resource> resources) {
        return Resources.of(List.copyOf(resources)).scalarMilli("cpus") / 1000.0;
    }

    @Test
    void aClaimTakesWhatIsOnOfferAndTheFrameworkCarriesOnWithTheRest() throws Exception {
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng"));
                NativeScheduler batch = scheduler("batch", "ops")) {
            Offer all = web.awaitOpenOffer(offer -> cpus(offer.getResourcesList()) == 4);

            assertThat(batch.commit(claim("b", "cpus:1;mem:256")).getOutcome()).isEqualTo(Outcome.COMMITTED);
            batch.awaitState("b", TaskState.TASK_RUNNING);
            awaitRescind(web, all);

            Offer rest = web.awaitOpenOffer(offer -> cpus(offer.getResourcesList()) == 3);
            web.call(accept(rest, launch(shellTask("w", agent, ENDLESS, rest.getResourcesList()))));
            web.awaitState("w", TaskState.TASK_RUNNING);

            Conflict conflict = onlyConflict(batch.commit(claim("late", "cpus:1;mem:256")));
            assertThat(conflict.hasInsufficientResources()).as("%s", conflict).isTrue();
            assertThat(cpus(conflict.getAgent().getFreeList())).isZero();

            web.call(kill("w"));
            web.awaitState("w", TaskState.TASK_KILLED);
            assertThat(batch.commit(claim("late", "cpus:1;mem:256")).getOutcome())
                    .isEqualTo(Outcome.COMMITTED);
            batch.awaitState("late", TaskState.TASK_RUNNING);

            batch.commit(NativeScheduler.kill("b"), NativeScheduler.kill("late"));
            batch.awaitState("b", TaskState.TASK_KILLED);
            batch.awaitState("late", TaskState.TASK_KILLED);
            await().until(() -> web.openOffers().stream()
                            .mapToDouble(offer -> cpus(offer.getResourcesList()))
                            .sum()
                    == 4);
        }
    }

    @Test
    void anOfferThatAClaimTookFromIsInvalidForWhoeverAcceptsItStill() throws Exception {
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng"));
                NativeScheduler batch = scheduler("batch", "ops")) {
            Offer all = web.awaitOpenOffer(offer -> cpus(offer.getResourcesList()) == 4);
            assertThat(batch.commit(claim("b", "cpus:4;mem:256")).getOutcome()).isEqualTo(Outcome.COMMITTED);

            web.call(accept(all, launch(shellTask("w", agent, ENDLESS))));

            assertThat(web.awaitState("w", TaskState.TASK_LOST).getMessage()).contains("invalid offers");
            batch.awaitState("b", TaskState.TASK_RUNNING);
        }
    }

    @Test
    void operatorsSeeBothAndByWhichDoorTheyCame() throws Exception {
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng"));
                NativeScheduler batch = scheduler("batch", "ops")) {
            batch.commit(claim("job", "cpus:1;mem:256"));
            batch.awaitState("job", TaskState.TASK_RUNNING);

            Stream<String> lines = cluster.stoa("frameworks").lines();
            assertThat(lines)
                    .anySatisfy(line -> assertThat(line).contains(web.id().getValue(), " web ", " active ", " http "))
                    .anySatisfy(line -> assertThat(line).contains(batch.id(), " batch ", " active ", " rpc ", " ops "));
            assertThat(cluster.stoa("tasks")).containsPattern("job +RUNNING +batch +");
            assertThat(cluster.stoa("roles")).contains("ops");
            assertThat(cluster.stoa("explain", "batch").replaceAll("\\s+", " "))
                    .contains("framework batch (" + batch.id() + "): subscribed, tasks: 1 RUNNING")
                    .contains("It schedules by itself, over RPC");
            // Until then it waits for what its scheduler is about to say: that it knows.
            await().until(() ->
                    cluster.get("/stoa/explain?task=job").at("/task/waits_for").isEmpty());
            assertThat(cluster.stoa("explain", "job")).contains("is connected.", "It waits for nothing.");
            JsonNode shown = cluster.get("/frameworks?framework_id=" + batch.id())
                    .path("frameworks")
                    .path(0);
            assertThat(shown.path("active").asBoolean()).isTrue();
            assertThat(shown.path("connected").asBoolean()).isTrue();
            assertThat(shown.path("offers")).isEmpty();
            assertThat(shown.has("pid")).isFalse();

            cluster.stoa("kill", "job");
            batch.awaitState("job", TaskState.TASK_KILLED);
        }
    }

    @Test
    void aLimitHoldsForBothTogether() throws Exception {
        cluster.stoa("quota", "set", "eng", "--limit=cpus:1;mem:512");
        try (SchedulerClient web = cluster.subscribe(framework("web", "eng"));
                NativeScheduler batch = scheduler("batch", "eng")) {
            Offer offer = web.awaitOpenOffer(any -> true);
            assertThat(cpus(offer.getResourcesList())).isEqualTo(1);
            web.call(accept(
                    offer,
                    launch(shellTask(
                            "w",
                            agent,
                            ENDLESS,
                            Resources.parse("cpus:0.6;mem:256").toProto()))));
            web.awaitState("w", TaskState.TASK_RUNNING);

            Conflict conflict = onlyConflict(batch.commit(claim("b", "cpus:0.5;mem:128")));
            assertThat(conflict.getQuotaExceeded().getRole()).isEqualTo("eng");
            assertThat(conflict.getQuotaExceeded().getWanted().getAmountsMap()).containsEntry("cpus", 0.5);
            assertThat(conflict.getQuotaExceeded().getConsumed().getAmountsMap())
                    .containsEntry("cpus", 0.6);
            assertThat(conflict.getQuotaExceeded().getLimits().getAmountsMap()).containsEntry("cpus", 1.0);

            Offer rest = web.awaitOpenOffer(any -> cpus(any.getResourcesList()) == 0.4);
            assertThat(batch.commit(claim("b", "cpus:0.4;mem:256")).getOutcome())
                    .isEqualTo(Outcome.COMMITTED);
            batch.awaitState("b", TaskState.TASK_RUNNING);
            web.call(accept(rest, launch(shellTask("late", agent, ENDLESS, rest.getResourcesList()))));
            web.awaitState("late", TaskState.TASK_LOST);
            await().until(() -> cluster.get("/stoa/explain?framework=web")
                    .at("/framework/offers/in_roles/0/causes/0/cause")
                    .asText()
                    .equals("limited"));

            batch.commit(NativeScheduler.kill("b"));
            Offer again = web.awaitOpenOffer(any -> cpus(any.getResourcesList()) == 0.4);
            web.call(accept(again, launch(shellTask("again", agent, ENDLESS, again.getResourcesList()))));
            web.awaitState("again", TaskState.TASK_RUNNING);
        }
    }

    @Test
    void whatIsGuaranteedToOthersCannotBeClaimed() throws Exception {
        cluster.stoa("quota", "set", "ops", "--guarantee=cpus:3;mem:512");
        try (NativeScheduler batch = scheduler("batch", "eng");
                NativeScheduler night = scheduler("night", "ops")) {
            Conflict conflict = onlyConflict(batch.commit(claim("b", "cpus:2;mem:128")));
            assertThat(conflict.getGuaranteeOfOthers().getWanted().getAmountsMap())
                    .containsEntry("cpus", 2.0);
            assertThat(conflict.getGuaranteeOfOthers().getAvailable().getAmountsMap())
                    .containsEntry("cpus", 1.0)
                    .containsEntry("mem", 512.0);

            assertThat(night.commit(claim("n", "cpus:3;mem:512")).getOutcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(batch.commit(claim("b", "cpus:1;mem:128")).getOutcome()).isEqualTo(Outcome.COMMITTED);
            night.awaitState("n", TaskState.TASK_RUNNING);
            batch.awaitState("b", TaskState.TASK_RUNNING);
        }
    }

    @Test
    void whatIsReservedIsForSchedulersOfItsRoleOnlyBeTheyOfEitherKind() throws Exception {
        cluster.stoa("reserve", "--agent=" + agent.getValue(), "--role=ops", "cpus:2");
        try (SchedulerClient web = cluster.subscribe(framework("web", "ops"));
                NativeScheduler batch = scheduler("batch", "eng");
                NativeScheduler night = scheduler("night", "ops")) {
            Offer first = web.awaitOpenOffer(TogetherTest::holdsWhatIsReserved);
            Conflict conflict = onlyConflict(batch.commit(claim("b", "cpus:3;mem:128")));
            assertThat(conflict.getInsufficientResources().getFreeList())
                    .filteredOn(resource -> resource.getReservationsCount() == 0)
                    .satisfies(unreserved -> assertThat(cpus(unreserved)).isEqualTo(2));
            List<Resource> reserved = List.of(
                    reserved("cpus", 2, "ops"),
                    Resources.parse("mem:128").toProto().get(0));
            assertThatThrownBy(() -> batch.commit(claim("b", reserved)))
                    .satisfies(error ->
                            assertThat(Status.fromThrowable(error).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                    .hasMessageContaining("operations[0].claim");

            assertThat(night.commit(claim("n", reserved)).getOutcome()).isEqualTo(Outcome.COMMITTED);
            // It is invalid from then on, and open until that is known.
            awaitRescind(web, first);
            night.awaitState("n", TaskState.TASK_RUNNING);
            night.commit(NativeScheduler.kill("n"));
            night.awaitState("n", TaskState.TASK_KILLED);

            Offer offer = web.awaitOpenOffer(TogetherTest::holdsWhatIsReserved);
            web.call(accept(offer, launch(shellTask("w", agent, ENDLESS, reserved))));
            web.awaitState("w", TaskState.TASK_RUNNING);
            web.call(kill("w"));
            web.awaitState("w", TaskState.TASK_KILLED);
        } finally {
            cluster.tearDownFrameworks();
            cluster.stoa("unreserve", "--agent=" + agent.getValue(), "--role=ops", "cpus:2");
        }
    }

    @Test
    void nobodyClaimsForARoleThatIsNotItsOwn() throws Exception {
        try (NativeScheduler batch = scheduler("batch", "eng")) {
            Operation.Builder foreign = claim("b", "cpus:1;mem:128");
            foreign.getClaimBuilder().setRole("ops");
            assertThatThrownBy(() -> batch.commit(foreign))
                    .satisfies(error ->
                            assertThat(Status.fromThrowable(error).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                    .hasMessageContaining("operations[0].claim.role")
                    .hasMessageContaining("ops")
                    .hasMessageContaining("eng");
            assertThat(batch.snapshot().getTasksList()).isEmpty();
        }
    }
}
