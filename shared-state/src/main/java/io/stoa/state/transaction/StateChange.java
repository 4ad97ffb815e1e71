package io.stoa.state.transaction;

import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.model.Activation;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.GoneAgent;
import io.stoa.state.model.Operation;
import io.stoa.state.model.Quota;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Conversion;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * A fact: what a committed transaction changed. Facts are what the journal holds and what is replayed; they carry
 * everything that applying them needs.
 */
public sealed interface StateChange {

    /**
     * @param agent the agent as it is after the change, {@code claimed} included
     * @param asBefore true where the state knew all of it, but that the agent is back
     */
    record AgentAdmitted(Agent agent, boolean asBefore) implements StateChange {}

    record AgentBecameUnreachable(AgentId agentId, long timeMs) implements StateChange {}

    /** Operators want something else of the agent, or what they wanted is done. */
    record AgentActivationChanged(AgentId agentId, Activation activation) implements StateChange {}

    /** The agent is gone; its tasks and executors were removed by changes of their own before this one. */
    record AgentRemoved(AgentId agentId) implements StateChange {}

    /** The agent is not to come back; it was removed by changes of their own before this one. */
    record AgentMarkedGone(GoneAgent agent) implements StateChange {}

    /**
     * Nothing is known of the agent any more, be it that it was gone or that it was unreachable; its tasks and
     * executors were removed by changes of their own before this one.
     */
    record AgentForgotten(AgentId agentId) implements StateChange {}

    record FrameworkAdmitted(Framework framework) implements StateChange {}

    /** The framework is gone; its tasks and executors were removed by changes of their own before this one. */
    record FrameworkRemoved(FrameworkId frameworkId) implements StateChange {}

    /** @param task in state TASK_STAGING: its resources are claimed, its agent is to launch it */
    record TaskClaimed(Task task) implements StateChange {}

    /** A task came into another state, or may have. */
    sealed interface TaskMoved extends StateChange {

        /** The task as it was before. */
        Task task();

        /** The state in which it is then. */
        TaskState state();

        /** The task as it is then. */
        Task after();

        /** True where it gave the task's resources back. */
        default boolean released() {
            return !task().isTerminal() && TaskStates.isTerminal(state());
        }
    }

    /**
     * @param task as it was before
     * @param status the new status
     */
    record TaskStatusChanged(Task task, TaskStatus status) implements TaskMoved {

        @Override
        public TaskState state() {
            return task.isTerminal() ? task.state() : status.getState();
        }

        @Override
        public Task after() {
            return task.with(status);
        }

        /** True where no status follows. */
        public boolean tellsEnd() {
            return TaskStates.isTerminal(status.getState());
        }
    }

    /**
     * The task is in a newer state than its statuses say; nobody is told.
     *
     * @param task as it was before
     */
    record TaskStateAdvanced(Task task, TaskState state) implements TaskMoved {

        @Override
        public Task after() {
            return task.in(state);
        }
    }

    /**
     * Its scheduler wants it to end, and whoever leads has its agent told until it has.
     *
     * @param task as it was before
     * @param how as {@link Task#kill}
     */
    record TaskKillAsked(Task task, KillPolicy how) implements StateChange {}

    /** @param task as it was before */
    record TaskRemoved(Task task) implements StateChange {}

    record ExecutorClaimed(Executor executor) implements StateChange {}

    record ExecutorRemoved(Executor executor) implements StateChange {}

    /** Free resources of the agent became others, one conversion after the other. */
    record ResourcesConverted(AgentId agentId, List<Conversion> conversions) implements StateChange {

        public ResourcesConverted {
            conversions = List.copyOf(conversions);
        }
    }

    /** Its framework is told of it until it acknowledges; an operation of the same id is forgotten. */
    record OperationFinished(Operation operation) implements StateChange {}

    /** @param operation as it was before */
    record OperationForgotten(Operation operation) implements StateChange {}

    /** @param weights those that changed, by role */
    record WeightsUpdated(SortedMap<String, Double> weights) implements StateChange {

        public WeightsUpdated {
            weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
        }
    }

    /** @param quota empty where the role has none any more */
    record QuotaUpdated(String role, Optional<Quota> quota) implements StateChange {}

    /** A request with a key was carried out; the last change of its transaction. */
    record RequestAnswered(FrameworkId frameworkId, AnsweredRequest request) implements StateChange {}
}
