package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.Commits.convert;
import static io.stoa.rpc.scheduler.Commits.kill;
import static io.stoa.rpc.scheduler.Commits.task;
import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.stoa.mesos.TestResources;
import io.stoa.proto.v1.ClaimGroup;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.ConflictPolicy;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Operation;
import io.stoa.rpc.RawCalls;
import io.stoa.state.model.StateVersion;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commits that nobody could make come true: each is refused with what is wrong, and changes nothing. */
class BadCommitsTest {

    private RpcFixture fixture;
    private Identity identity;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:4;mem:4096;disk:4096");
        identity = fixture.subscribe(scheduler("batch", "eng", "ops/web")).identity();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void amountsThatCannotBe() {
        invalid(claim(cpus(-1)), "operations[0].claim.task.resources: cpus: -1.0 (expected: >= 0)");
        invalid(claim(cpus(Double.NaN)), "operations[0].claim.task.resources: cpus: NaN (expected: >= 0)");
        invalid(
                claim(cpus(Double.POSITIVE_INFINITY)),
                "operations[0].claim.task.resources: cpus: Infinity (expected: at most 1.0E11)");
        invalid(claim(cpus(1e300)), "operations[0].claim.task.resources: cpus: 1.0E300 (expected: at most 1.0E11)");
        invalid(
                claim(cpus(1e-9)),
                "operations[0].claim.task.resources: cpus: 1.0E-9 (expected: 0, or at least 5.0E-4)");
        invalid(claim(task("t", "cpus:1").clearResources()), "operations[0].claim.task: Task uses no resources");
        invalid(
                convert("S0", TestResources.reserve(TestResources.reserved("cpus", -1, "eng"))),
                "operations[0].convert.operation: cpus: -1.0 (expected: >= 0)");
        invalid(
                convert(
                        "S0",
                        Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.SHRINK_VOLUME)
                                .setShrinkVolume(Offer.Operation.ShrinkVolume.newBuilder()
                                        .setVolume(TestResources.volume("v", 100, "eng"))
                                        .setSubtract(Value.Scalar.newBuilder().setValue(Double.NaN)))),
                "operations[0].convert.operation: shrink_volume.subtract: NaN (expected: >= 0)");
    }

    /** Clients lose their connection over headers that are too large, and with it all streams. */
    @Test
    void aVeryLongValueIsToldInPartAndTheConnectionGoesOn() throws Exception {
        EventReader events = fixture.subscribe(scheduler("other", "eng"));
        Identity other = events.identity();
        String id = "ü".repeat(12_000);
        assertFails(
                () -> fixture.stub()
                        .commit(commit(other, Commits.claim(id, "t", "cpus:1")).build()),
                Status.Code.NOT_FOUND,
                "üü' is unknown (expected: that of an agent)");
        Identity unknown = other.toBuilder().setSchedulerId(id).build();
        assertFails(
                () -> fixture.stub()
                        .commit(commit(unknown, Commits.claim("S0", "t", "cpus:1"))
                                .build()),
                Status.Code.NOT_FOUND,
                "(expected: one that is subscribed)");
        assertThat(events.isOpen()).isTrue();
        assertThat(fixture.stub()
                        .commit(commit(other, Commits.claim("S0", "t", "cpus:1"))
                                .build())
                        .getOutcome())
                .isEqualTo(CommitResponse.Outcome.COMMITTED);
    }

    @Test
    void whatAnotherRoleHas() {
        invalid(
                inRole("eng", task("t", "cpus:1").addResources(TestResources.reserved("mem", 1, "ops"))),
                "operations[0].claim.task.resources: mem(reservations: [(DYNAMIC,ops)]):1 (expected: not reserved, or"
                        + " reserved for 'eng' or a role above it)");
        invalid(
                convert("S0", TestResources.unreserve(TestResources.reserved("cpus", 1, "other"))),
                "operations[0].convert.operation.role: 'other' (expected: one of { eng, ops/web })");
        invalid(inRole("sales", task("t", "cpus:1")), "claim.role: 'sales' (expected: one of { eng, ops/web })");
        invalid(
                Commits.claim("S0", task("t", "cpus:1")),
                "operations[0].claim.role: missing (expected: one of { eng, ops/web })");
        TaskInfo.Builder foreign = task("t", "cpus:1");
        foreign.getResourcesBuilder(0).getAllocationInfoBuilder().setRole("sales");
        invalid(claim(foreign), "operations[0].claim.task.resources: cpus: allocated to 'sales' (expected: 'eng')");
    }

    @Test
    void tasksThatMesosWouldNotLaunch() {
        invalid(claim(task("a/b", "cpus:1")), "operations[0].claim.task: 'a/b' contains invalid characters");
        invalid(
                claim(task("t", "cpus:1").setAgentId(AgentID.newBuilder().setValue("S9"))),
                "operations[0].claim.task: Task uses invalid agent S9 while agent S0 is expected");
        invalid(
                claim(task("t", "cpus:1").clearCommand()),
                "operations[0].claim.task: Task should have at least one (but not both) of CommandInfo or ExecutorInfo"
                        + " present");
        Operation.Builder other = claim(withExecutor(task("b", "cpus:1"), "false"));
        assertFails(
                () -> ask(commit(identity, claim(withExecutor(task("a", "cpus:1"), "true")), other)),
                Status.Code.INVALID_ARGUMENT,
                "operations[1].claim.task: ExecutorInfo is not compatible with existing ExecutorInfo");
    }

    @Test
    void operationsThatAreNone() {
        invalid(Operation.newBuilder(), "operations[0]: empty (expected: claim, claim_group, convert or kill)");
        invalid(kill(""), "operations[0].kill.task_id: missing (expected: that of a task)");
        Operation.Builder impatient = kill("t");
        impatient
                .getKillBuilder()
                .setPolicy(KillPolicy.newBuilder()
                        .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(-1)));
        invalid(impatient, "operations[0].kill.policy.grace_period: -1 ns (expected: >= 0)");
        for (Offer.Operation.Type type :
                List.of(Offer.Operation.Type.UNKNOWN, Offer.Operation.Type.LAUNCH, Offer.Operation.Type.CREATE_DISK)) {
            invalid(
                    convert("S0", Offer.Operation.newBuilder().setType(type)),
                    "operations[0].convert.operation.type: " + type + " (expected: one of [RESERVE, UNRESERVE, CREATE,"
                            + " DESTROY, GROW_VOLUME, SHRINK_VOLUME])");
        }
        invalid(
                convert(
                        "S0",
                        TestResources.reserve(TestResources.reserved("cpus", 1, "eng"))
                                .setId(TestResources.id("a/b\n"))),
                "operations[0].convert.operation.id: 'a/b\n' contains invalid characters");
        invalid(
                Operation.newBuilder()
                        .setClaimGroup(ClaimGroup.newBuilder().setAgentId("S0").setRole("eng")),
                "operations[0].claim_group.executor: missing (expected: an ExecutorInfo of type DEFAULT)");
        invalid(
                Operation.newBuilder()
                        .setClaim(claim(task("t", "cpus:1")).getClaimBuilder().clearAgentId()),
                "operations[0].claim.agent_id: missing (expected: that of an agent)");
    }

    @Test
    void commitsThatAreTooLarge() {
        assertFails(() -> ask(commit(identity)), Status.Code.INVALID_ARGUMENT, "operations: 0 (expected: 1 to 1000)");
        CommitRequest.Builder many = commit(identity);
        for (int i = 0; i < 1_001; i++) {
            many.addOperations(kill("t" + i));
        }
        assertFails(() -> ask(many), Status.Code.INVALID_ARGUMENT, "operations: 1001 (expected: 1 to 1000)");
        CommitRequest.Builder large =
                commit(identity, claim(task("t", "cpus:1").setData(ByteString.copyFrom(new byte[600_000]))));
        assertFails(() -> ask(large), Status.Code.INVALID_ARGUMENT, " bytes (expected: at most 524288)");
        List<Resource> names = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            names.add(TestResources.reserved("r" + i, 1));
        }
        invalid(
                claim(task("t", "cpus:1").clearResources().addAllResources(names)),
                "operations[0].claim.task.resources: 300 (expected: at most 256)");
    }

    @Test
    void keysAndVersionsThatAreNone() {
        CommitRequest.Builder request = commit(identity, claim(task("t", "cpus:1")));
        assertFails(
                () -> ask(request.clone().setIdempotencyKey("")),
                Status.Code.INVALID_ARGUMENT,
                "idempotency_key: characters of the request key: 0 (expected: 1 to 64)");
        assertFails(
                () -> ask(request.clone().setIdempotencyKey("k".repeat(65))),
                Status.Code.INVALID_ARGUMENT,
                "65 (expected: 1 to 64)");
        assertFails(
                () -> ask(request.clone().setBaseVersion(-1)),
                Status.Code.INVALID_ARGUMENT,
                "base_version: -1 (expected: that of a snapshot)");
        assertFails(
                () -> ask(request.clone().setPolicy(ConflictPolicy.SEQUENCE_NUMBER)),
                Status.Code.INVALID_ARGUMENT,
                "base_version: missing (expected: that of a snapshot, for SEQUENCE_NUMBER)");
    }

    /** A version that a client has seen is durable, so that whoever leads knows it. */
    @Test
    void aVersionThatIsYetToCome() {
        long newest = fixture.state.snapshot().version().value();
        CommitRequest.Builder request =
                commit(identity, claim(task("t", "cpus:1"))).setPolicy(ConflictPolicy.SEQUENCE_NUMBER);
        for (long version : new long[] {newest + 1, Long.MAX_VALUE}) {
            assertFails(
                    () -> ask(request.clone().setBaseVersion(version)),
                    Status.Code.OUT_OF_RANGE,
                    "base_version: " + version + " (expected: at most " + newest + ")");
        }
        assertThat(fixture.stub().commit(request.setBaseVersion(newest).build()).getOutcome())
                .isEqualTo(CommitResponse.Outcome.COMMITTED);
    }

    @Test
    void policiesAndModesThatNobodyKnows() {
        CommitRequest.Builder request = commit(identity, claim(task("t", "cpus:1")));
        assertFails(
                () -> ask(RawCalls.with(request.clone(), CommitRequest.POLICY_FIELD_NUMBER, 7)),
                Status.Code.INVALID_ARGUMENT,
                "policy: 7 (expected: one of RESOURCE_FIT, SEQUENCE_NUMBER)");
        assertFails(
                () -> ask(RawCalls.with(request.clone(), CommitRequest.MODE_FIELD_NUMBER, 9)),
                Status.Code.INVALID_ARGUMENT,
                "mode: 9 (expected: one of ALL_OR_NOTHING, INCREMENTAL)");
        assertThat(fixture.state.snapshot().taskCount()).isZero();
    }

    @Test
    void whoIsNotWhoHeSaysHeIs() {
        StateVersion before = fixture.state.snapshot().version();
        CommitRequest.Builder request = commit(identity, claim(task("t", "cpus:1")));
        assertFails(
                () -> ask(
                        request.clone().setIdentity(identity.toBuilder().setGeneration(identity.getGeneration() + 1))),
                Status.Code.FAILED_PRECONDITION,
                "generation: " + (identity.getGeneration() + 1) + " (expected: " + identity.getGeneration() + ")");
        assertFails(
                () -> ask(request.clone().setIdentity(identity.toBuilder().setSchedulerId("nobody"))),
                Status.Code.NOT_FOUND,
                "scheduler nobody: unknown (expected: one that is subscribed)");
        assertFails(
                () -> ask(request.clone().clearIdentity()),
                Status.Code.INVALID_ARGUMENT,
                "identity.scheduler_id: missing");
        assertThat(fixture.state.snapshot().version()).isEqualTo(before);
    }

    private void invalid(Operation.Builder operation, String message) {
        StateVersion before = fixture.state.snapshot().version();
        assertFails(() -> ask(commit(identity, operation)), Status.Code.INVALID_ARGUMENT, message);
        assertThat(fixture.state.snapshot().version()).isEqualTo(before);
    }

    private void ask(CommitRequest.Builder request) {
        fixture.stub().commit(request.build());
    }

    private static Operation.Builder claim(TaskInfo.Builder task) {
        return inRole("eng", task);
    }

    private static Operation.Builder inRole(String role, TaskInfo.Builder task) {
        Operation.Builder operation = Commits.claim("S0", task);
        operation.getClaimBuilder().setRole(role);
        return operation;
    }

    private static TaskInfo.Builder cpus(double amount) {
        return task("t", "mem:1")
                .addResources(Resource.newBuilder()
                        .setName("cpus")
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(amount)));
    }

    private static TaskInfo.Builder withExecutor(TaskInfo.Builder task, String command) {
        return task.clearCommand()
                .setExecutor(ExecutorInfo.newBuilder()
                        .setType(ExecutorInfo.Type.CUSTOM)
                        .setExecutorId(ExecutorID.newBuilder().setValue("x"))
                        .setCommand(CommandInfo.newBuilder().setValue(command)));
    }
}
