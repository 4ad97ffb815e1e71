package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.Commits.convert;
import static io.stoa.rpc.scheduler.Commits.incremental;
import static io.stoa.rpc.scheduler.Commits.task;
import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.stoa.mesos.TestResources;
import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.Acknowledgement;
import io.stoa.proto.v1.ClaimGroup;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Operation;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reservations, volumes and pods. */
class ConversionCommitTest {

    private static final AgentId S0 = new AgentId("S0");
    private static final Resource RESERVED = TestResources.reserved("disk", 100, "eng");
    private static final Resource VOLUME = TestResources.volume("v", 100, "eng");

    private RpcFixture fixture;
    private EventReader events;
    private Identity identity;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:4;mem:4096;disk:4096");
        events = fixture.subscribe(scheduler("db", "eng"));
        identity = events.identity();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aVolumeIsMadeAndUsedInOneCommit() {
        CommitResponse response = ask(commit(
                identity,
                convert("S0", TestResources.reserve(RESERVED)),
                convert("S0", TestResources.createVolumes(VOLUME)),
                claim("S0", task("t", "cpus:1").addResources(VOLUME))));
        assertThat(response.getConflictsList()).isEmpty();
        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(held().contains(TestResources.bag(VOLUME))).isTrue();
    }

    @Test
    void whatSomebodyHoldsOrNobodyHasIsNotTakenBack() {
        aVolumeIsMadeAndUsedInOneCommit();
        CommitResponse response = ask(incremental(
                identity,
                convert("S0", TestResources.destroy(VOLUME)),
                convert("S0", TestResources.destroy(TestResources.volume("w", 5, "eng"))),
                convert("S0", TestResources.unreserve(TestResources.reserved("cpus", 1, "eng")))));
        assertThat(response.getOutcome()).isEqualTo(Outcome.CONFLICTED);
        assertThat(response.getConflictsList()).hasSize(3).allMatch(conflict -> conflict.hasInsufficientResources());
    }

    @Test
    void aVolumeIsMadeOnce() {
        aVolumeIsMadeAndUsedInOneCommit();
        assertFails(
                () -> ask(commit(
                        identity,
                        convert("S0", TestResources.reserve(RESERVED)),
                        convert("S0", TestResources.createVolumes(VOLUME)))),
                Status.Code.INVALID_ARGUMENT,
                "operations[1].convert.operation: Persistence ID 'v' is not unique");
    }

    @Test
    void aConversionWithAnIdIsToldUntilThatIsAcknowledged() throws Exception {
        ask(commit(identity, convert("S0", TestResources.reserve(RESERVED).setId(TestResources.id("op")))));
        OperationStatus status = events.next().getOperationStatus();
        assertThat(status.getOperationId().getValue()).isEqualTo("op");
        assertThat(status.getState()).isEqualTo(OperationState.OPERATION_FINISHED);

        CommitResponse again = ask(
                commit(identity, convert("S0", TestResources.reserve(RESERVED).setId(TestResources.id("op")))));
        assertThat(again.getConflicts(0).getDuplicateOperation()).isEqualTo("op");
        fixture.stub()
                .acknowledge(AcknowledgeRequest.newBuilder()
                        .setIdentity(identity)
                        .addAcknowledgements(Acknowledgement.newBuilder()
                                .setAgentId("S0")
                                .setOperationId("op")
                                .setUuid(status.getUuid().getValue()))
                        .build());
        await().until(() -> fixture.state
                .snapshot()
                .operationsOf(new FrameworkId(identity.getSchedulerId()))
                .isEmpty());
    }

    @Test
    void aPodIsClaimedWholeOrNot() {
        assertThat(ask(commit(identity, pod("cpus:9"))).getConflicts(0).hasInsufficientResources())
                .isTrue();
        assertThat(fixture.state.snapshot().taskCount()).isZero();

        CommitResponse response = ask(commit(identity, pod("cpus:1")));
        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        FrameworkId id = new FrameworkId(identity.getSchedulerId());
        assertThat(fixture.state
                        .snapshot()
                        .task(new TaskKey(id, "b"))
                        .orElseThrow()
                        .group())
                .contains("a");
        assertThat(fixture.state.snapshot().executor(new ExecutorKey(S0, id, "pod")))
                .isPresent();
    }

    @Test
    void whatIsWrongWithAPodIsSaid() {
        Operation.Builder pod = pod("cpus:1");
        pod.getClaimGroupBuilder().getExecutorBuilder().clearResources();
        assertFails(
                () -> ask(commit(identity, pod)),
                Status.Code.INVALID_ARGUMENT,
                "operations[0].claim_group.tasks: Executor 'pod' uses less CPUs (None) than the minimum required (0.01)");
    }

    private static Operation.Builder pod(String resources) {
        return Operation.newBuilder()
                .setClaimGroup(ClaimGroup.newBuilder()
                        .setAgentId("S0")
                        .setExecutor(ExecutorInfo.newBuilder()
                                .setType(ExecutorInfo.Type.DEFAULT)
                                .setExecutorId(ExecutorID.newBuilder().setValue("pod"))
                                .addAllResources(Resources.parse("cpus:0.1;mem:32;disk:10")
                                        .toProto()))
                        .addTasks(task("a", "cpus:0.1"))
                        .addTasks(task("b", resources)));
    }

    private CommitResponse ask(CommitRequest.Builder request) {
        return fixture.stub().commit(request.build());
    }

    private Resources held() {
        return fixture.state
                .snapshot()
                .task(new TaskKey(new FrameworkId(identity.getSchedulerId()), "t"))
                .orElseThrow()
                .resources();
    }
}
