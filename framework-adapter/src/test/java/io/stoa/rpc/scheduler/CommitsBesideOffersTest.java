package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Native schedulers and Mesos frameworks on the same resources. */
class CommitsBesideOffersTest {

    private RpcFixture fixture;
    private Identity identity;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:4;mem:4096");
        identity = fixture.subscribe(scheduler("batch", "eng")).identity();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aCommitMayTakeWhatIsOnOfferAndTheFrameworkCarriesOn() throws Exception {
        try (OfferedFramework framework = OfferedFramework.subscribe(fixture.api, scheduler("web", "ops"))) {
            Offer whole = wholeOffer(framework);

            assertThat(ask(commit(identity, claim("S0", "native", "cpus:1;mem:96")))
                            .getOutcome())
                    .isEqualTo(Outcome.COMMITTED);

            Event rescind = framework.next(Event.Type.RESCIND);
            assertThat(rescind.getRescind().getOfferId()).isEqualTo(whole.getId());
            Offer rest = framework.nextOffer();
            assertThat(Resources.of(rest.getResourcesList())).isEqualTo(Resources.parse("cpus:3;mem:4000"));

            framework.accept(whole.getId(), task("late", "cpus:1;mem:1"));
            TaskStatus lost = framework.nextStatus("late");
            assertThat(lost.getState()).isEqualTo(TaskState.TASK_DROPPED);
            assertThat(lost.getReason()).isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);

            framework.accept(rest.getId(), task("next", "cpus:1;mem:1"));
            await().until(() -> fixture.knows(framework.frameworkId(), "next"));
        }
    }

    @Test
    void aCommitThatBringsARoleToItsLimitsHasItsOffersRescinded() throws Exception {
        fixture.commit(new StateMutation.UpdateQuotas(
                new TreeMap<>(
                        Map.of("eng", new Quota(ResourceQuantities.EMPTY, ResourceLimits.of(Map.of("cpus", 4_000L))))),
                true));
        try (OfferedFramework framework = OfferedFramework.subscribe(fixture.api, scheduler("web", "eng"))) {
            Offer whole = wholeOffer(framework);
            // Nothing of this one is offered: the role has all that it may have.
            fixture.agent("S1", "cpus:3;mem:10");

            ask(commit(identity, claim("S1", "native", "cpus:3;mem:10")));

            Event rescind = framework.next(Event.Type.RESCIND);
            assertThat(rescind.getRescind().getOfferId()).isEqualTo(whole.getId());
            assertThat(Resources.of(framework.nextOffer().getResourcesList()))
                    .isEqualTo(Resources.parse("cpus:1;mem:4096"));
        }
    }

    /** Whoever is first: the other one is told so. */
    @Test
    void ofTwoThatWantAllOfAnAgentExactlyOneGetsIt() throws Exception {
        Random random = new Random(6);
        try (OfferedFramework framework = OfferedFramework.subscribe(fixture.api, scheduler("web", "ops"))) {
            for (int round = 0; round < 200; round++) {
                Offer offer = wholeOffer(framework);
                String offered = "offered-" + round;
                String claimed = "claimed-" + round;
                boolean acceptsFirst = random.nextBoolean();
                if (acceptsFirst) {
                    framework.accept(offer.getId(), task(offered, "cpus:4;mem:4096"));
                }
                Outcome outcome = ask(commit(identity, claim("S0", claimed, "cpus:4;mem:4096")))
                        .getOutcome();
                if (!acceptsFirst) {
                    framework.accept(offer.getId(), task(offered, "cpus:4;mem:4096"));
                }
                if (outcome == Outcome.COMMITTED) {
                    TaskStatus lost = framework.nextStatus(offered);
                    assertThat(lost.getState()).isEqualTo(TaskState.TASK_DROPPED);
                    fixture.report(identity.getSchedulerId(), claimed, "S0", TaskState.TASK_FINISHED, round);
                } else {
                    await().until(() -> fixture.knows(framework.frameworkId(), offered));
                    fixture.report(framework.frameworkId(), offered, "S0", TaskState.TASK_FINISHED, round);
                }
                assertThat(fixture.knows(identity.getSchedulerId(), claimed))
                        .isNotEqualTo(fixture.knows(framework.frameworkId(), offered));
            }
        }
    }

    /** The next offer, which has to be all of the first agent. */
    private static Offer wholeOffer(OfferedFramework framework) throws InterruptedException {
        Offer offer = framework.nextOffer();
        assertThat(Resources.of(offer.getResourcesList())).isEqualTo(Resources.parse("cpus:4;mem:4096"));
        return offer;
    }

    @Test
    void aSchedulerMovesToTheOtherDoorAndBackWithItsTasks() throws Exception {
        ask(commit(identity, claim("S0", "native", "cpus:1;mem:96")));
        FrameworkId id = new FrameworkId(identity.getSchedulerId());
        FrameworkID proto = FrameworkID.newBuilder().setValue(id.value()).build();
        try (OfferedFramework framework = OfferedFramework.subscribe(
                fixture.api, scheduler("batch", "eng").setId(proto))) {
            assertThat(fixture.api.transport(id)).contains(Transport.HTTP);
            assertThat(Resources.of(framework.nextOffer().getResourcesList()))
                    .isEqualTo(Resources.parse("cpus:3;mem:4000"));
            assertThat(framework
                            .call(Call.newBuilder()
                                    .setType(Call.Type.KILL)
                                    .setKill(Call.Kill.newBuilder()
                                            .setTaskId(task("native", "cpus:1").getTaskId())))
                            .kind())
                    .isEqualTo(CallAnswer.Kind.ACCEPTED);
            await().until(() -> fixture.gateway.calls.contains("kill S0 native"));
            assertFails(
                    () -> ask(commit(identity, claim("S0", "t", "cpus:1"))),
                    Status.Code.FAILED_PRECONDITION,
                    "connected over HTTP (expected: subscribed over RPC)");

            EventReader back = EventReader.subscribe(
                    fixture.channel,
                    SubscribeRequest.newBuilder()
                            .setInfo(scheduler("batch", "eng").setId(proto))
                            .build(),
                    Integer.MAX_VALUE);
            Identity again = back.identity();
            framework.awaitEnd();
            assertThat(framework
                            .call(Call.newBuilder().setType(Call.Type.REVIVE))
                            .kind())
                    .isEqualTo(CallAnswer.Kind.FORBIDDEN);
            await().until(() -> fixture.allocator.openOffers().isEmpty());
            assertThat(fixture.knows(id.value(), "native")).isTrue();
            assertThat(ask(commit(again, claim("S0", "t", "cpus:3;mem:4000"))).getOutcome())
                    .isEqualTo(Outcome.COMMITTED);
            assertThat(fixture.state.snapshot().tasksOn(new AgentId("S0"))).hasSize(2);
        }
    }

    private CommitResponse ask(CommitRequest.Builder request) {
        return fixture.stub().commit(request.build());
    }

    private static TaskInfo task(String id, String resources) {
        return Commits.task(id, resources)
                .setAgentId(AgentID.newBuilder().setValue("S0"))
                .build();
    }
}
