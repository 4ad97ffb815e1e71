package io.stoa.state.transaction;

import io.stoa.state.model.ClusterState;
import io.stoa.state.model.StateVersion;
import io.stoa.state.transaction.StateChange.AgentActivationChanged;
import io.stoa.state.transaction.StateChange.AgentAdmitted;
import io.stoa.state.transaction.StateChange.AgentBecameUnreachable;
import io.stoa.state.transaction.StateChange.AgentForgotten;
import io.stoa.state.transaction.StateChange.AgentMarkedGone;
import io.stoa.state.transaction.StateChange.AgentRemoved;
import io.stoa.state.transaction.StateChange.ExecutorClaimed;
import io.stoa.state.transaction.StateChange.ExecutorRemoved;
import io.stoa.state.transaction.StateChange.FrameworkAdmitted;
import io.stoa.state.transaction.StateChange.FrameworkRemoved;
import io.stoa.state.transaction.StateChange.OperationFinished;
import io.stoa.state.transaction.StateChange.OperationForgotten;
import io.stoa.state.transaction.StateChange.QuotaUpdated;
import io.stoa.state.transaction.StateChange.RequestAnswered;
import io.stoa.state.transaction.StateChange.ResourcesConverted;
import io.stoa.state.transaction.StateChange.TaskClaimed;
import io.stoa.state.transaction.StateChange.TaskKillAsked;
import io.stoa.state.transaction.StateChange.TaskMoved;
import io.stoa.state.transaction.StateChange.TaskRemoved;
import io.stoa.state.transaction.StateChange.WeightsUpdated;

/** How facts change the state: the one path for live commits, for followers and for recovery. */
public final class StateMachine {

    private StateMachine() {}

    /**
     * The state after one fact; its version stays.
     *
     * @param version of the transaction that the fact belongs to
     * @throws IllegalStateException where the fact cannot follow that state: the journal is not the one of this state
     */
    public static ClusterState apply(ClusterState state, StateChange change, StateVersion version) {
        if (change instanceof TaskClaimed claimed) {
            return state.withTask(claimed.task(), version);
        } else if (change instanceof TaskMoved moved) {
            return state.withTaskUpdated(moved.after(), version);
        } else if (change instanceof TaskKillAsked asked) {
            return state.withTaskUpdated(asked.task().toBeKilled(asked.how()), version);
        } else if (change instanceof TaskRemoved removed) {
            return state.withoutTask(removed.task().key(), version);
        } else if (change instanceof ExecutorClaimed claimed) {
            return state.withExecutor(claimed.executor(), version);
        } else if (change instanceof ExecutorRemoved removed) {
            return state.withoutExecutor(removed.executor().key(), version);
        } else if (change instanceof ResourcesConverted converted) {
            return state.withConversions(converted.agentId(), converted.conversions(), version);
        } else if (change instanceof OperationFinished finished) {
            return state.withOperation(finished.operation());
        } else if (change instanceof OperationForgotten forgotten) {
            return state.withoutOperation(forgotten.operation().key());
        } else if (change instanceof AgentAdmitted admitted) {
            return state.withAgent(admitted.agent());
        } else if (change instanceof AgentBecameUnreachable unreachable) {
            return state.withAgentUnreachable(unreachable.agentId(), unreachable.timeMs(), version);
        } else if (change instanceof AgentActivationChanged changed) {
            return state.withActivation(changed.agentId(), changed.activation(), version);
        } else if (change instanceof AgentRemoved removed) {
            return state.withoutAgent(removed.agentId());
        } else if (change instanceof AgentMarkedGone gone) {
            return state.withGoneAgent(gone.agent());
        } else if (change instanceof AgentForgotten forgotten) {
            return state.isGone(forgotten.agentId())
                    ? state.withoutGoneAgent(forgotten.agentId())
                    : state.withoutAgent(forgotten.agentId());
        } else if (change instanceof FrameworkAdmitted admitted) {
            return state.withFramework(admitted.framework());
        } else if (change instanceof FrameworkRemoved removed) {
            return state.withoutFramework(removed.frameworkId());
        } else if (change instanceof WeightsUpdated updated) {
            return state.withWeights(updated.weights());
        } else if (change instanceof QuotaUpdated updated) {
            return state.withQuota(updated.role(), updated.quota());
        } else if (change instanceof RequestAnswered answered) {
            return state.withAnsweredRequest(answered.frameworkId(), answered.request());
        }
        throw new IllegalStateException("unknown change: " + change);
    }
}
