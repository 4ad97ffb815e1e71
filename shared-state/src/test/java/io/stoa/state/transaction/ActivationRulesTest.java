package io.stoa.state.transaction;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.claim;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.key;
import static io.stoa.state.Fixtures.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.Fixtures;
import io.stoa.state.journal.SnapshotCodec;
import io.stoa.state.model.Activation;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.OperationKey;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.DeactivateAgent;
import io.stoa.state.transaction.StateMutation.DrainAgent;
import io.stoa.state.transaction.StateMutation.FinishDrain;
import io.stoa.state.transaction.StateMutation.ReactivateAgent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ActivationRulesTest {

    private static final AgentId NOBODY = new AgentId("nobody");

    private static final ClusterState RUNNING = after(
            ClusterState.EMPTY,
            agent(HOST, "cpus:4;mem:100"),
            framework(MARATHON),
            claim("runs", "cpus:1"),
            update("runs", TaskState.TASK_RUNNING, 1));

    private static final ClusterState DEACTIVATED = after(RUNNING, new DeactivateAgent(HOST));
    private static final ClusterState DRAINING = after(RUNNING, drain(false));
    private static final ClusterState EMPTY = after(DRAINING, new StateMutation.RemoveTask(key("runs")));
    private static final ClusterState DRAINED = after(EMPTY, new FinishDrain(HOST));

    private static DrainAgent drain(boolean markGone) {
        return new DrainAgent(HOST, OptionalLong.of(3_000_000_000L), markGone, 7_000);
    }

    @Test
    void deactivatedAgentKeepsWhatRunsAndTakesNothingNew() {
        assertThat(DEACTIVATED.task(key("runs"))).isPresent();
        assertThat(host(DEACTIVATED).free()).isEqualTo(Resources.EMPTY);
        assertThat(host(DEACTIVATED).unheld()).isEqualTo(Resources.parse("cpus:3;mem:100"));
        assertThat(conflict(DEACTIVATED, claim("new", "cpus:1"))).isEqualTo(new Conflict.AgentIsDeactivated(HOST));
    }

    @Test
    void drainingAgentTakesNothingNewAndSaysWhetherItIsDone() {
        assertThat(conflict(DRAINING, claim("new", "cpus:1"))).isEqualTo(new Conflict.AgentIsDraining(HOST, false));
        assertThat(conflict(DRAINED, claim("new", "cpus:1"))).isEqualTo(new Conflict.AgentIsDraining(HOST, true));
    }

    @Test
    void taskThatReturnsWithItsAgentIsTakenBackWhateverOperatorsWant() {
        StateMutation back = new StateMutation.TakeBack(claim("returned", "cpus:3"));

        assertThat(after(DRAINING, back).task(key("returned"))).isPresent();
        assertThat(conflict(after(DRAINING, back), new StateMutation.TakeBack(claim("second", "cpus:1"))))
                .isInstanceOf(Conflict.InsufficientResources.class);
    }

    @Test
    void operatorsReserveOnAnAgentThatIsDeactivatedAndSchedulersDoNot() {
        StateMutation reservation = new StateMutation.ConvertResources(
                HOST,
                List.of(new Conversion(Resources.parse("cpus:1"), Fixtures.reserved("cpus:1", "ads"))),
                Optional.empty());
        StateVersion generation = DEACTIVATED.framework(MARATHON).orElseThrow().generation();

        assertThat(conflict(DEACTIVATED, reservation)).isNull();
        assertThat(ConflictDetector.decide(
                                DEACTIVATED, allOrNothing(reservation).by(new Author(MARATHON, generation)))
                        .conflicts())
                .containsValue(new Conflict.AgentIsDeactivated(HOST));
    }

    @Test
    void deactivationIsNewsToWhoProposedBeforeIt() {
        ClusterState back = after(DEACTIVATED, new ReactivateAgent(HOST));

        assertThat(host(DEACTIVATED).changedAt()).isEqualTo(DEACTIVATED.version());
        assertThat(host(back).changedAt()).isEqualTo(back.version());
    }

    @Test
    void agentIsDrainedOnlyWhenNothingIsLeftOnIt() {
        assertThat(after(DRAINING, new FinishDrain(HOST))).isEqualTo(DRAINING);
        assertThat(host(DRAINED).activation())
                .isEqualTo(new Activation.Drain(OptionalLong.of(3_000_000_000L), false, 7_000, true));
        assertThat(after(DRAINED, new FinishDrain(HOST))).isEqualTo(DRAINED);
        assertThat(after(DEACTIVATED, new FinishDrain(HOST))).isEqualTo(DEACTIVATED);
    }

    @Test
    void taskWhoseEndIsUnacknowledgedAndOperationsHoldTheDrain() {
        ClusterState ended = after(DRAINING, update("runs", TaskState.TASK_KILLED, 2));
        OperationKey operation = new OperationKey(MARATHON, "o");
        ClusterState converting = after(
                EMPTY,
                new StateMutation.ConvertResources(
                        HOST, List.of(), Optional.of(Fixtures.operation(operation, HOST, 1))));

        assertThat(after(ended, new FinishDrain(HOST))).isEqualTo(ended);
        assertThat(after(converting, new FinishDrain(HOST))).isEqualTo(converting);
        assertThat(after(
                        converting,
                        new StateMutation.AcknowledgeOperation(operation, Fixtures.uuid(1)),
                        new FinishDrain(HOST)))
                .extracting(state -> host(state).activation().isDraining())
                .isEqualTo(false);
    }

    @Test
    void agentThatIsAwayOrToBeMarkedGoneDoesNotBecomeDrained() {
        ClusterState away = after(EMPTY, new StateMutation.MarkAgentUnreachable(HOST, 8_000));
        ClusterState leaving = after(EMPTY, drain(true));

        assertThat(after(away, new FinishDrain(HOST))).isEqualTo(away);
        assertThat(after(leaving, new FinishDrain(HOST))).isEqualTo(leaving);
    }

    @Test
    void agentThatReturnsGoesOnDraining() {
        ClusterState away = after(DRAINING, new StateMutation.MarkAgentUnreachable(HOST, 8_000));

        assertThat(host(after(away, agent(HOST, "cpus:4;mem:100"))).activation())
                .isEqualTo(host(DRAINING).activation());
        assertThat(host(after(away, agent(HOST, "cpus:8;mem:100"))).activation())
                .isEqualTo(host(DRAINING).activation());
    }

    @Test
    void drainMayBeAskedAgainAndMeanSomethingElse() {
        ClusterState again = after(DRAINED, new DrainAgent(HOST, OptionalLong.empty(), true, 9_000));

        assertThat(host(again).activation()).isEqualTo(new Activation.Drain(OptionalLong.empty(), true, 9_000, false));
    }

    @Test
    void deactivatingAnAgentThatDrainsChangesNothing() {
        assertThat(after(DRAINING, new DeactivateAgent(HOST))).isEqualTo(DRAINING);
        assertThat(after(DEACTIVATED, new DeactivateAgent(HOST))).isEqualTo(DEACTIVATED);
    }

    @Test
    void onlyAnAgentThatIsDeactivatedOrDrainedIsReactivated() {
        assertThat(after(DEACTIVATED, new ReactivateAgent(HOST)).agents())
                .allMatch(agent -> agent.activation().isActive());
        assertThat(after(DRAINED, new ReactivateAgent(HOST)).agents())
                .allMatch(agent -> agent.activation().isActive());
        assertThat(conflict(DRAINING, new ReactivateAgent(HOST))).isEqualTo(new Conflict.AgentIsDraining(HOST, false));
        assertThat(conflict(RUNNING, new ReactivateAgent(HOST))).isEqualTo(new Conflict.AgentIsActive(HOST));
        assertThat(conflict(RUNNING, new ReactivateAgent(NOBODY))).isEqualTo(new Conflict.AgentIsActive(NOBODY));
    }

    @Test
    void whoIsNotThereIsNeitherDeactivatedNorDrained() {
        assertThat(conflict(RUNNING, new DeactivateAgent(NOBODY))).isEqualTo(new Conflict.AgentUnavailable(NOBODY));
        assertThat(conflict(RUNNING, new DrainAgent(NOBODY, OptionalLong.empty(), false, 1)))
                .isEqualTo(new Conflict.AgentUnavailable(NOBODY));
    }

    @Test
    void snapshotsKeepWhatOperatorsWant() throws Exception {
        for (ClusterState state : List.of(DEACTIVATED, DRAINING, DRAINED, after(RUNNING, drain(true)))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            SnapshotCodec.write(state, out);

            assertThat(SnapshotCodec.read(new ByteArrayInputStream(out.toByteArray())))
                    .isEqualTo(state);
        }
    }

    private static Agent host(ClusterState state) {
        return state.agent(HOST).orElseThrow();
    }

    private static @Nullable Conflict conflict(ClusterState state, StateMutation mutation) {
        return ConflictDetector.decide(state, allOrNothing(mutation))
                .conflicts()
                .get(0);
    }

    private static ClusterState after(ClusterState state, StateMutation... mutations) {
        ClusterState next = state;
        for (StateMutation mutation : mutations) {
            Decision decision = ConflictDetector.decide(next, allOrNothing(mutation));
            assertThat(decision.conflicts()).isEmpty();
            next = decision.after();
        }
        return next;
    }
}
