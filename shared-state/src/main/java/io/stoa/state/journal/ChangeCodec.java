package io.stoa.state.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.journal.AgentBecameUnreachable;
import io.stoa.proto.journal.AgentReturned;
import io.stoa.proto.journal.Change;
import io.stoa.proto.journal.ExecutorName;
import io.stoa.proto.journal.OperationName;
import io.stoa.proto.journal.ResourcesConverted;
import io.stoa.proto.journal.TaskKillAsked;
import io.stoa.proto.journal.TaskName;
import io.stoa.proto.journal.TaskStateAdvanced;
import io.stoa.proto.journal.TaskStatusChanged;
import io.stoa.proto.journal.Transaction;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.OperationKey;
import io.stoa.state.model.StoredStatus;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.transaction.Cascade;
import io.stoa.state.transaction.StateChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * Facts to records and back. A record leaves out what the state before it knows: reading one back takes that state. The
 * tasks and executors that go with an agent or a framework are not written one by one, so that removing a framework of
 * 100,000 tasks is one small record; removals that a transaction named itself right before it go into it, and are read
 * back in its order.
 */
public final class ChangeCodec {

    private ChangeCodec() {}

    /** The record of one transaction. */
    public static Transaction encode(List<StateChange> changes) {
        Transaction.Builder transaction = Transaction.newBuilder();
        boolean[] implied = implied(changes);
        for (int i = 0; i < changes.size(); i++) {
            if (!implied[i]) {
                transaction.addChanges(encode(changes.get(i)));
            }
        }
        return transaction.build();
    }

    /** Marks the removals that stand, as part of a cascade, right before the removal that implies them. */
    private static boolean[] implied(List<StateChange> changes) {
        boolean[] implied = new boolean[changes.size()];
        StateChange cause = null;
        for (int i = changes.size() - 1; i >= 0; i--) {
            StateChange change = changes.get(i);
            if (change instanceof StateChange.AgentRemoved
                    || change instanceof StateChange.AgentForgotten
                    || change instanceof StateChange.FrameworkRemoved) {
                cause = change;
            } else if (cause != null && goesWith(change, cause)) {
                implied[i] = true;
            } else {
                cause = null;
            }
        }
        return implied;
    }

    private static boolean goesWith(StateChange change, StateChange cause) {
        if (change instanceof StateChange.TaskRemoved removed) {
            return goesWith(removed.task().agentId(), removed.task().key().frameworkId(), cause);
        }
        if (change instanceof StateChange.ExecutorRemoved removed) {
            ExecutorKey key = removed.executor().key();
            return goesWith(key.agentId(), key.frameworkId(), cause);
        }
        return change instanceof StateChange.OperationForgotten forgotten
                && goesWith(
                        forgotten.operation().agentId(),
                        forgotten.operation().key().frameworkId(),
                        cause);
    }

    private static boolean goesWith(AgentId agent, FrameworkId framework, StateChange cause) {
        if (cause instanceof StateChange.AgentRemoved removed) {
            return agent.equals(removed.agentId());
        } else if (cause instanceof StateChange.AgentForgotten forgotten) {
            return agent.equals(forgotten.agentId());
        }
        return framework.equals(((StateChange.FrameworkRemoved) cause).frameworkId());
    }

    private static Change encode(StateChange change) {
        Change.Builder record = Change.newBuilder();
        if (change instanceof StateChange.TaskClaimed claimed) {
            record.setTaskClaimed(EntityCodec.encode(claimed.task()));
        } else if (change instanceof StateChange.TaskStatusChanged changed) {
            TaskStatus status = changed.status();
            record.setTaskStatusChanged(TaskStatusChanged.newBuilder()
                    .setFrameworkId(changed.task().key().frameworkId().value())
                    .setStatus(StoredStatus.of(status).toByteString()));
        } else if (change instanceof StateChange.TaskStateAdvanced advanced) {
            record.setTaskStateAdvanced(TaskStateAdvanced.newBuilder()
                    .setTask(name(advanced.task().key()))
                    .setState(advanced.state().getNumber()));
        } else if (change instanceof StateChange.TaskKillAsked asked) {
            record.setTaskKillAsked(TaskKillAsked.newBuilder()
                    .setTask(name(asked.task().key()))
                    .setKill(asked.how().toByteString()));
        } else if (change instanceof StateChange.TaskRemoved removed) {
            record.setTaskRemoved(name(removed.task().key()));
        } else if (change instanceof StateChange.ExecutorClaimed claimed) {
            record.setExecutorClaimed(EntityCodec.encode(claimed.executor()));
        } else if (change instanceof StateChange.ExecutorRemoved removed) {
            ExecutorKey key = removed.executor().key();
            record.setExecutorRemoved(ExecutorName.newBuilder()
                    .setFrameworkId(key.frameworkId().value())
                    .setAgentId(key.agentId().value())
                    .setExecutorId(key.executorId()));
        } else if (change instanceof StateChange.ResourcesConverted converted) {
            ResourcesConverted.Builder conversions = ResourcesConverted.newBuilder()
                    .setAgentId(converted.agentId().value());
            converted.conversions().forEach(each -> conversions.addConversions(EntityCodec.encode(each)));
            record.setResourcesConverted(conversions);
        } else if (change instanceof StateChange.OperationFinished finished) {
            record.setOperationFinished(EntityCodec.encode(finished.operation()));
        } else if (change instanceof StateChange.OperationForgotten forgotten) {
            OperationKey key = forgotten.operation().key();
            record.setOperationForgotten(OperationName.newBuilder()
                    .setFrameworkId(key.frameworkId().value())
                    .setOperationId(key.operationId()));
        } else if (change instanceof StateChange.AgentAdmitted admitted) {
            encode(admitted, record);
        } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
            record.setAgentBecameUnreachable(AgentBecameUnreachable.newBuilder()
                    .setAgentId(unreachable.agentId().value())
                    .setTimeMs(unreachable.timeMs()));
        } else if (change instanceof StateChange.AgentRemoved removed) {
            record.setAgentRemoved(removed.agentId().value());
        } else if (change instanceof StateChange.AgentActivationChanged changed) {
            record.setAgentActivationChanged(ActivationCodec.encode(changed));
        } else if (change instanceof StateChange.AgentMarkedGone gone) {
            record.setAgentMarkedGone(EntityCodec.encode(gone.agent()));
        } else if (change instanceof StateChange.AgentForgotten forgotten) {
            record.setAgentForgotten(forgotten.agentId().value());
        } else if (change instanceof StateChange.FrameworkAdmitted admitted) {
            record.setFrameworkAdmitted(EntityCodec.encode(admitted.framework()));
        } else if (change instanceof StateChange.FrameworkRemoved removed) {
            record.setFrameworkRemoved(removed.frameworkId().value());
        } else if (change instanceof StateChange.WeightsUpdated updated) {
            record.setWeightsUpdated(RoleCodec.encode(updated.weights()));
        } else if (change instanceof StateChange.QuotaUpdated updated) {
            record.setQuotaUpdated(RoleCodec.encode(updated));
        } else if (change instanceof StateChange.RequestAnswered answered) {
            record.setRequestAnswered(EntityCodec.encode(answered.frameworkId(), answered.request()));
        }
        return record.build();
    }

    private static void encode(StateChange.AgentAdmitted admitted, Change.Builder record) {
        Agent agent = admitted.agent();
        if (admitted.asBefore()) {
            record.setAgentReturned(
                    AgentReturned.newBuilder().setAgentId(agent.id().value()).setTimeMs(agent.reregisteredAtMs()));
        } else {
            record.setAgentAdmitted(EntityCodec.encode(agent));
        }
    }

    /**
     * Reads one record back.
     *
     * @param before the state right before it
     * @return the fact, with those it implies before it
     * @throws InvalidProtocolBufferException where the record is broken
     * @throws IllegalStateException where the record cannot follow that state
     */
    public static List<StateChange> decode(Change record, ClusterState before) throws InvalidProtocolBufferException {
        return switch (record.getChangeCase()) {
            case TASK_CLAIMED -> List.of(new StateChange.TaskClaimed(EntityCodec.decode(record.getTaskClaimed())));
            case TASK_STATUS_CHANGED -> List.of(statusChange(record.getTaskStatusChanged(), before));
            case TASK_STATE_ADVANCED -> List.of(stateAdvance(record.getTaskStateAdvanced(), before));
            case TASK_KILL_ASKED -> {
                TaskName name = record.getTaskKillAsked().getTask();
                yield List.of(new StateChange.TaskKillAsked(
                        task(before, name.getFrameworkId(), name.getTaskId()),
                        KillPolicy.parseFrom(record.getTaskKillAsked().getKill())));
            }
            case TASK_REMOVED -> {
                TaskName name = record.getTaskRemoved();
                yield List.of(new StateChange.TaskRemoved(task(before, name.getFrameworkId(), name.getTaskId())));
            }
            case EXECUTOR_CLAIMED ->
                List.of(new StateChange.ExecutorClaimed(EntityCodec.decode(record.getExecutorClaimed())));
            case EXECUTOR_REMOVED -> List.of(executorRemoval(record.getExecutorRemoved(), before));
            case RESOURCES_CONVERTED -> List.of(conversion(record.getResourcesConverted()));
            case OPERATION_FINISHED ->
                List.of(new StateChange.OperationFinished(EntityCodec.decode(record.getOperationFinished())));
            case OPERATION_FORGOTTEN -> {
                OperationName name = record.getOperationForgotten();
                OperationKey key = new OperationKey(new FrameworkId(name.getFrameworkId()), name.getOperationId());
                yield List.of(new StateChange.OperationForgotten(known(before.operation(key), key)));
            }
            case AGENT_ADMITTED ->
                List.of(new StateChange.AgentAdmitted(EntityCodec.decode(record.getAgentAdmitted()), false));
            case AGENT_RETURNED -> List.of(agentReturn(record.getAgentReturned(), before));
            case AGENT_BECAME_UNREACHABLE ->
                List.of(new StateChange.AgentBecameUnreachable(
                        new AgentId(record.getAgentBecameUnreachable().getAgentId()),
                        record.getAgentBecameUnreachable().getTimeMs()));
            case AGENT_REMOVED -> Cascade.removal(before, new AgentId(record.getAgentRemoved()));
            case AGENT_ACTIVATION_CHANGED -> List.of(ActivationCodec.decode(record.getAgentActivationChanged()));
            case AGENT_MARKED_GONE ->
                List.of(new StateChange.AgentMarkedGone(EntityCodec.decode(record.getAgentMarkedGone())));
            case AGENT_FORGOTTEN -> Cascade.forgetting(before, new AgentId(record.getAgentForgotten()));
            case FRAMEWORK_ADMITTED ->
                List.of(new StateChange.FrameworkAdmitted(EntityCodec.decode(record.getFrameworkAdmitted())));
            case FRAMEWORK_REMOVED -> Cascade.removal(before, new FrameworkId(record.getFrameworkRemoved()));
            case WEIGHTS_UPDATED ->
                List.of(new StateChange.WeightsUpdated(RoleCodec.decode(record.getWeightsUpdated())));
            case QUOTA_UPDATED -> List.of(RoleCodec.decode(record.getQuotaUpdated()));
            case REQUEST_ANSWERED ->
                List.of(new StateChange.RequestAnswered(
                        new FrameworkId(record.getRequestAnswered().getFrameworkId()),
                        EntityCodec.decode(record.getRequestAnswered())));
            case CHANGE_NOT_SET ->
                throw new InvalidProtocolBufferException("a change of a kind that this version does not know");
        };
    }

    private static StateChange statusChange(TaskStatusChanged record, ClusterState before)
            throws InvalidProtocolBufferException {
        TaskStatus status = TaskStatus.parseFrom(record.getStatus());
        Task task = task(before, record.getFrameworkId(), status.getTaskId().getValue());
        return new StateChange.TaskStatusChanged(task, status);
    }

    private static StateChange stateAdvance(TaskStateAdvanced record, ClusterState before)
            throws InvalidProtocolBufferException {
        TaskName name = record.getTask();
        return new StateChange.TaskStateAdvanced(
                task(before, name.getFrameworkId(), name.getTaskId()), EntityCodec.taskState(record.getState()));
    }

    private static TaskName name(TaskKey key) {
        return TaskName.newBuilder()
                .setFrameworkId(key.frameworkId().value())
                .setTaskId(key.taskId())
                .build();
    }

    private static StateChange agentReturn(AgentReturned record, ClusterState before) {
        AgentId id = new AgentId(record.getAgentId());
        Agent known = known(before.agent(id), id);
        return new StateChange.AgentAdmitted(
                known.returned(record.getTimeMs(), before.version().next()), true);
    }

    private static StateChange conversion(ResourcesConverted record) throws InvalidProtocolBufferException {
        List<Conversion> conversions = new ArrayList<>(record.getConversionsCount());
        for (io.stoa.proto.journal.Conversion each : record.getConversionsList()) {
            conversions.add(EntityCodec.decode(each));
        }
        return new StateChange.ResourcesConverted(new AgentId(record.getAgentId()), conversions);
    }

    private static StateChange executorRemoval(ExecutorName name, ClusterState before) {
        ExecutorKey key = new ExecutorKey(
                new AgentId(name.getAgentId()), new FrameworkId(name.getFrameworkId()), name.getExecutorId());
        return new StateChange.ExecutorRemoved(known(before.executor(key), key));
    }

    private static Task task(ClusterState state, String frameworkId, String taskId) {
        TaskKey key = new TaskKey(new FrameworkId(frameworkId), taskId);
        return known(state.task(key), key);
    }

    private static <T> T known(Optional<T> found, Object key) {
        return found.orElseThrow(() -> new IllegalStateException("the journal names an unknown " + key));
    }
}
