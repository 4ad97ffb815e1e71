package io.stoa.state.transaction;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.claim;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.key;
import static io.stoa.state.Fixtures.status;
import static io.stoa.state.Fixtures.task;
import static io.stoa.state.Fixtures.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.Fixtures;
import io.stoa.state.journal.ChangeCodec;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.GoneAgent;
import io.stoa.state.model.OperationKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every conflict under every policy and in every mode, each between two claims that are sound. */
class ConflictDetectorTest {

    private static final AgentId SECOND = new AgentId("second");
    private static final AgentId SILENT = new AgentId("silent");
    private static final AgentId GONE = new AgentId("gone");
    private static final AgentId NOBODY = new AgentId("nobody");
    private static final FrameworkId TORN_DOWN = new FrameworkId("torn-down");
    private static final FrameworkId STRANGER = new FrameworkId("stranger");

    /** HOST has 3.5 cpus free. */
    private static final ClusterState QUIET = after(
            after(
                    ClusterState.EMPTY,
                    agent(HOST, "cpus:4;ports:[31000-31009]"),
                    agent(SECOND, "cpus:4"),
                    agent(SILENT, "cpus:4"),
                    agent(GONE, "cpus:4"),
                    framework(MARATHON),
                    framework(TORN_DOWN),
                    claim("running", "cpus:0.5"),
                    claim("ended", "cpus:0.5"),
                    update("ended", TaskState.TASK_FINISHED, 1)),
            new StateMutation.MarkAgentUnreachable(SILENT, 3_000),
            new StateMutation.MarkAgentGone(GONE, 4_000),
            new StateMutation.RemoveFramework(TORN_DOWN));

    /** SECOND has changed. */
    private static final ClusterState HEAD = after(QUIET, claimOn(SECOND, "elsewhere", "cpus:1"));

    private record Case(String name, StateMutation mutation, Class<? extends Conflict> conflict) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Case> cases() {
        return List.of(
                new Case("unknown agent", claimOn(NOBODY, "x", "cpus:1"), Conflict.AgentUnavailable.class),
                new Case("unreachable agent", claimOn(SILENT, "x", "cpus:1"), Conflict.AgentUnavailable.class),
                new Case(
                        "unknown agent marked",
                        new StateMutation.MarkAgentUnreachable(NOBODY, 1),
                        Conflict.AgentUnavailable.class),
                new Case(
                        "unknown agent removed",
                        new StateMutation.RemoveAgent(NOBODY),
                        Conflict.AgentUnavailable.class),
                new Case("claim on a gone agent", claimOn(GONE, "x", "cpus:1"), Conflict.AgentIsGone.class),
                new Case("return of a gone agent", agent(GONE, "cpus:4"), Conflict.AgentIsGone.class),
                new Case(
                        "unknown agent marked gone",
                        new StateMutation.MarkAgentGone(NOBODY, 1),
                        Conflict.AgentUnavailable.class),
                new Case("too many cpus", claim("x", "cpus:3.001"), Conflict.InsufficientResources.class),
                new Case("ports of others", claim("x", "ports:[31009-31010]"), Conflict.InsufficientResources.class),
                new Case("unheard of resource", claim("x", "gpus:1"), Conflict.InsufficientResources.class),
                new Case(
                        "agent shrinks below its claims",
                        agent(HOST, "cpus:0.4"),
                        Conflict.InsufficientResources.class),
                new Case("task that runs", claim("running", "cpus:1"), Conflict.DuplicateTask.class),
                new Case("task that ended", claim("ended", "cpus:1"), Conflict.DuplicateTask.class),
                new Case(
                        "task that the same transaction claims",
                        claim("first", "cpus:1"),
                        Conflict.DuplicateTask.class),
                new Case("group that does not fit", group("cpus:1.5", "x", "y"), Conflict.InsufficientResources.class),
                new Case("group with a task that runs", group("cpus:1", "x", "running"), Conflict.DuplicateTask.class),
                new Case("group with a task twice", group("cpus:1", "x", "x"), Conflict.DuplicateTask.class),
                new Case("status of nobody", update("x", TaskState.TASK_RUNNING, 2), Conflict.UnknownTask.class),
                new Case(
                        "status after the end",
                        update("ended", TaskState.TASK_RUNNING, 2),
                        Conflict.TaskIsTerminal.class),
                new Case("stranger's claim", claimBy(STRANGER), Conflict.UnknownFramework.class),
                new Case(
                        "stranger removed",
                        new StateMutation.RemoveFramework(STRANGER),
                        Conflict.UnknownFramework.class),
                new Case("claim after teardown", claimBy(TORN_DOWN), Conflict.FrameworkWasRemoved.class),
                new Case("subscription after teardown", framework(TORN_DOWN), Conflict.FrameworkWasRemoved.class),
                new Case(
                        "second teardown",
                        new StateMutation.RemoveFramework(TORN_DOWN),
                        Conflict.FrameworkWasRemoved.class),
                new Case("stranger's update", updated(STRANGER), Conflict.UnknownFramework.class),
                new Case("update after teardown", updated(TORN_DOWN), Conflict.FrameworkWasRemoved.class),
                new Case("malformed resources", malformed(), Conflict.Invalid.class),
                new Case(
                        "status under another's name",
                        new StateMutation.UpdateTaskStatus(key("running"), status("other", TaskState.TASK_RUNNING, 2)),
                        Conflict.Invalid.class),
                new Case("agent under another's id", misnamedAgent(), Conflict.Invalid.class),
                new Case("agent larger than any", agent(HOST, "cpus:100000000001"), Conflict.Invalid.class),
                new Case("framework under another's id", misnamedFramework(), Conflict.Invalid.class),
                new Case(
                        "reservation of what is held",
                        convert(HOST, "cpus:3.001"),
                        Conflict.InsufficientResources.class),
                new Case(
                        "foregone",
                        new StateMutation.Foregone(new Conflict.AgentIsDisconnected(HOST)),
                        Conflict.AgentIsDisconnected.class),
                new Case("reservation on nobody", convert(NOBODY, "cpus:1"), Conflict.AgentUnavailable.class),
                new Case("operation of a stranger", feedbackTo(STRANGER), Conflict.UnknownFramework.class),
                new Case("operation after teardown", feedbackTo(TORN_DOWN), Conflict.FrameworkWasRemoved.class));
    }

    private static StateMutation updated(FrameworkId id) {
        return new StateMutation.UpdateFramework(id, framework(id).info());
    }

    private static StateMutation convert(AgentId agent, String resources) {
        return new StateMutation.ConvertResources(
                agent,
                List.of(new Conversion(Resources.parse(resources), Fixtures.reserved(resources, "ads"))),
                Optional.empty());
    }

    private static StateMutation feedbackTo(FrameworkId framework) {
        return new StateMutation.ConvertResources(
                HOST, List.of(), Optional.of(Fixtures.operation(new OperationKey(framework, "o"), HOST, 1)));
    }

    static Stream<Arguments> everyCasePolicyAndMode() {
        return cases().stream()
                .flatMap(each -> Stream.of(ConflictPolicy.values())
                        .flatMap(policy ->
                                Stream.of(CommitMode.values()).map(mode -> Arguments.of(each, policy, mode))));
    }

    @ParameterizedTest
    @MethodSource("everyCasePolicyAndMode")
    void conflictLeavesOutItselfOrEverything(Case each, ConflictPolicy policy, CommitMode mode) {
        Decision decision = ConflictDetector.decide(
                HEAD,
                new StateTransaction(
                        HEAD.version(),
                        policy,
                        mode,
                        List.of(claim("first", "cpus:0.5"), each.mutation(), claim("last", "cpus:0.5"))));

        assertThat(decision.conflicts()).containsOnlyKeys(1);
        assertThat(decision.conflicts().get(1)).isInstanceOf(each.conflict());
        if (mode == CommitMode.ALL_OR_NOTHING) {
            assertThat(decision.changes()).isEmpty();
            assertThat(decision.after()).isSameAs(HEAD);
            assertThat(decision.result()).isInstanceOf(CommitResult.Conflicted.class);
        } else {
            assertThat(decision.after()).isEqualTo(after(HEAD, claim("first", "cpus:0.5"), claim("last", "cpus:0.5")));
            assertThat(decision.result()).isInstanceOf(CommitResult.Committed.class);
        }
    }

    /** The transaction was made before SECOND changed; what it asks of HOST is as true as it was. */
    @ParameterizedTest
    @EnumSource
    void sequenceNumbersConflictWhereOnlyTheAgentChanged(CommitMode mode) {
        Decision decision = decideOnOldSnapshot(ConflictPolicy.SEQUENCE_NUMBER, mode);

        assertThat(decision.conflicts()).containsOnlyKeys(1, 2);
        assertThat(decision.conflicts().values())
                .containsOnly(new Conflict.StaleVersion(SECOND, QUIET.version(), HEAD.version()));
        assertThat(decision.after())
                .isEqualTo(mode == CommitMode.ALL_OR_NOTHING ? HEAD : after(HEAD, claim("first", "cpus:1")));
    }

    @ParameterizedTest
    @EnumSource
    void resourceFitTakesWhatFitsWhateverChanged(CommitMode mode) {
        Decision decision = decideOnOldSnapshot(ConflictPolicy.RESOURCE_FIT, mode);

        assertThat(decision.conflicts()).isEmpty();
        assertThat(decision.after().agent(SECOND).orElseThrow().free()).isEqualTo(Resources.parse("cpus:1"));
    }

    private static Decision decideOnOldSnapshot(ConflictPolicy policy, CommitMode mode) {
        return ConflictDetector.decide(
                HEAD,
                new StateTransaction(
                        QUIET.version(),
                        policy,
                        mode,
                        List.of(
                                claim("first", "cpus:1"),
                                claimOn(SECOND, "second", "cpus:1"),
                                claimOn(SECOND, "third", "cpus:1"))));
    }

    /** Two claims of one transaction on one agent are no news to each other, but both have to fit. */
    @ParameterizedTest
    @EnumSource
    void claimsOfOneTransactionSeeEachOther(ConflictPolicy policy) {
        Decision decision = ConflictDetector.decide(
                HEAD,
                new StateTransaction(
                        HEAD.version(),
                        policy,
                        CommitMode.INCREMENTAL,
                        List.of(claim("a", "cpus:2"), claim("b", "cpus:2"), claim("c", "cpus:1"))));

        assertThat(decision.conflicts()).containsOnlyKeys(1);
        assertThat(decision.conflicts().get(1))
                .isEqualTo(new Conflict.InsufficientResources(
                        HOST, Resources.parse("cpus:2"), Resources.parse("cpus:1.5;ports:[31000-31009]")));
    }

    @Test
    void aGoneAgentTakesItsTasksWithItAndIsGoneOnce() {
        Decision decision = ConflictDetector.decide(HEAD, allOrNothing(new StateMutation.MarkAgentGone(SECOND, 7)));

        assertThat(decision.after().agent(SECOND)).isEmpty();
        assertThat(decision.after().task(key("elsewhere"))).isEmpty();
        assertThat(decision.after().goneAgents()).contains(new GoneAgent(SECOND, 7));
        assertThat(ConflictDetector.decide(decision.after(), allOrNothing(new StateMutation.MarkAgentGone(SECOND, 8)))
                        .result())
                .isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void aForgottenAgentMayComeBackAsANewOne() {
        ClusterState forgetful =
                after(HEAD, new StateMutation.ForgetAgent(GONE), new StateMutation.ForgetAgent(SILENT));

        assertThat(forgetful.goneAgents()).isEmpty();
        assertThat(forgetful.agent(SILENT)).isEmpty();
        assertThat(after(forgetful, agent(GONE, "cpus:4")).agent(GONE)).isPresent();
    }

    @Test
    void anAgentThatIsBackAsItWasTakesAFewBytesOfTheJournal() {
        Decision decision = ConflictDetector.decide(HEAD, allOrNothing(agent(SILENT, "cpus:4")));

        Agent back = decision.after().agent(SILENT).orElseThrow();
        assertThat(decision.changes()).containsExactly(new StateChange.AgentAdmitted(back, true));
        assertThat(back.status()).isEqualTo(AgentStatus.REGISTERED);
        assertThat(back.reregisteredAtMs()).isEqualTo(1_000);
        assertThat(back.unreachableAtMs()).isZero();
        assertThat(back.changedAt()).isEqualTo(decision.after().version());
        assertThat(ChangeCodec.encode(decision.changes()).getSerializedSize()).isLessThan(20);
    }

    @Test
    void anAgentThatWasNeverAwayKeepsTheVersionOfItsResources() {
        Agent before = HEAD.agent(HOST).orElseThrow();
        Agent after = after(HEAD, agent(HOST, "cpus:4;ports:[31000-31009]"))
                .agent(HOST)
                .orElseThrow();

        assertThat(after.changedAt()).isEqualTo(before.changedAt());
        assertThat(after.claimed()).isEqualTo(before.claimed());
    }

    @Test
    void anAgentThatIsBackWithMoreIsTakenAtItsWord() {
        Decision decision = ConflictDetector.decide(HEAD, allOrNothing(agent(SILENT, "cpus:8")));

        Agent back = decision.after().agent(SILENT).orElseThrow();
        assertThat(back.total()).isEqualTo(Resources.parse("cpus:8"));
        assertThat(decision.changes()).containsExactly(new StateChange.AgentAdmitted(back, false));
    }

    @Test
    void tasksOfAGroupShareTheirExecutorAndAreKnownAsAGroup() {
        Decision decision = ConflictDetector.decide(HEAD, allOrNothing(group("cpus:1", "x", "y")));

        assertThat(decision.changes())
                .hasExactlyElementsOfTypes(
                        StateChange.ExecutorClaimed.class,
                        StateChange.TaskClaimed.class,
                        StateChange.TaskClaimed.class);
        assertThat(decision.after().task(key("y")).orElseThrow().group()).contains("x");
        assertThat(decision.after().agent(HOST).orElseThrow().free().scalarMilli("cpus"))
                .isEqualTo(1_400);
    }

    @Test
    void anAgentThatIsThereIsNotForgotten() {
        assertThat(after(HEAD, new StateMutation.ForgetAgent(HOST))).isEqualTo(HEAD);
    }

    private static ClusterState after(ClusterState state, StateMutation... mutations) {
        Decision decision = ConflictDetector.decide(state, allOrNothing(mutations));
        assertThat(decision.conflicts()).isEmpty();
        return decision.after();
    }

    /** On HOST, with an executor that takes a tenth of a cpu. */
    private static StateMutation.ClaimGroup group(String resources, String... taskIds) {
        return new StateMutation.ClaimGroup(
                MARATHON,
                HOST,
                "*",
                Stream.of(taskIds)
                        .map(id -> Fixtures.withExecutor(task(HOST, id, resources), "pod", "cpus:0.1"))
                        .toList());
    }

    private static StateMutation.Claim claimOn(AgentId agent, String taskId, String resources) {
        return new StateMutation.Claim(MARATHON, agent, "*", task(agent, taskId, resources));
    }

    private static StateMutation.Claim claimBy(FrameworkId framework) {
        return new StateMutation.Claim(framework, HOST, "*", task(HOST, "x", "cpus:1"));
    }

    private static StateMutation.Claim malformed() {
        TaskInfo task = task(HOST, "x", "cpus:1").toBuilder()
                .addResources(Resource.newBuilder()
                        .setName("cpus")
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(-1)))
                .build();
        return new StateMutation.Claim(MARATHON, HOST, "*", task);
    }

    private static StateMutation.AdmitAgent misnamedAgent() {
        StateMutation.AdmitAgent sound = agent(HOST, "cpus:4");
        return new StateMutation.AdmitAgent(
                NOBODY,
                sound.info(),
                sound.capabilities(),
                sound.mesosVersion(),
                sound.ip(),
                sound.port(),
                sound.total(),
                sound.timeMs());
    }

    private static StateMutation.AdmitFramework misnamedFramework() {
        return new StateMutation.AdmitFramework(STRANGER, framework(MARATHON).info(), 1);
    }
}
