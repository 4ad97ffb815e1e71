package io.stoa.mesos.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.mesos.AgentEvents;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** What schedulers hear of what was committed, and of what their agents say. Called by any thread. */
final class SchedulerEffects implements StateListener, AgentEvents {

    private final SchedulerContext context;
    private final FrameworkSessions sessions;
    private final OperationFeedback operations;
    private final MasterCounts counts;
    private final Calls calls;

    /** Where calls go that come by way of an agent. */
    interface Calls {

        /** As {@link SchedulerApi#callOverLibprocess}. */
        void callOverLibprocess(Call call, String pid, Consumer<CallAnswer> answer);
    }

    SchedulerEffects(
            SchedulerContext context,
            FrameworkSessions sessions,
            OperationFeedback operations,
            MasterCounts counts,
            Calls calls) {
        this.calls = calls;
        this.context = context;
        this.sessions = sessions;
        this.operations = operations;
        this.counts = counts;
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        Map<FrameworkId, List<Event>> updates = new LinkedHashMap<>();
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskStatusChanged changed) {
                updates.computeIfAbsent(changed.task().key().frameworkId(), id -> new ArrayList<>())
                        .add(Events.update(changed.status()));
                count(changed.task().key().frameworkId(), changed.status());
            } else if (change instanceof StateChange.OperationFinished finished) {
                sessions.find(finished.operation().key().frameworkId())
                        .ifPresent(session -> operations.finished(session, finished.operation()));
            } else if (change instanceof StateChange.FrameworkRemoved removed) {
                updates.remove(removed.frameworkId());
                removed(removed.frameworkId());
            } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
                post(updates);
                agentLost(unreachable.agentId());
            } else if (change instanceof StateChange.AgentRemoved removed) {
                post(updates);
                agentLost(removed.agentId());
            }
        }
        post(updates);
    }

    /** Those of the master have no uuid. */
    private void count(FrameworkId frameworkId, TaskStatus status) {
        if (status.hasUuid()) {
            counts.count(MasterEvent.STATUS_UPDATE);
            counts.count(
                    sessions.find(frameworkId).isPresent()
                            ? MasterEvent.VALID_STATUS_UPDATES
                            : MasterEvent.INVALID_STATUS_UPDATES);
        }
    }

    private void post(Map<FrameworkId, List<Event>> updates) {
        updates.forEach((id, events) -> sessions.find(id).ifPresent(session -> session.post(List.copyOf(events))));
        updates.clear();
    }

    private void removed(FrameworkId id) {
        sessions.remove(id);
        context.allocator().remove(id);
        context.gateway().shutdownFramework(id);
    }

    private void agentLost(AgentId agentId) {
        Event failure = Events.agentFailure(agentId);
        sessions.forEach(session -> session.post(failure));
    }

    @Override
    public void agentConnected(AgentId agentId) {
        // The allocator's business.
    }

    @Override
    public void agentDisconnected(AgentId agentId) {
        // The allocator's business; tasks that are lost with it come as committed changes.
    }

    @Override
    public void uncommittedStatus(FrameworkId frameworkId, TaskStatus status) {
        count(frameworkId, status);
        if (!status.hasUuid()) {
            counts.taskEnded(status);
        }
        sessions.find(frameworkId).ifPresent(session -> session.post(Events.update(status)));
    }

    @Override
    public void executorMessage(ExecutorKey executor, ByteString data) {
        Optional<FrameworkSession> session = sessions.find(executor.frameworkId());
        counts.count(MasterEvent.EXECUTOR_TO_FRAMEWORK);
        counts.count(
                session.isPresent()
                        ? MasterEvent.VALID_EXECUTOR_TO_FRAMEWORK_MESSAGES
                        : MasterEvent.INVALID_EXECUTOR_TO_FRAMEWORK_MESSAGES);
        session.ifPresent(open -> open.post(Events.message(executor, data)));
    }

    @Override
    public void executorExited(ExecutorKey executor, OptionalInt waitStatus) {
        counts.count(MasterEvent.EXITED_EXECUTOR);
        sessions.find(executor.frameworkId())
                .ifPresent(session -> session.post(Events.executorFailure(executor, waitStatus)));
    }

    /** One that is dropped is said again: so is the update. */
    @Override
    public void driverAcknowledged(AgentId agentId, TaskKey task, ByteString uuid, String from) {
        Call call = Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setFrameworkId(
                        FrameworkID.newBuilder().setValue(task.frameworkId().value()))
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(AgentID.newBuilder().setValue(agentId.value()))
                        .setTaskId(TaskID.newBuilder().setValue(task.taskId()))
                        .setUuid(uuid))
                .build();
        if (SchedulerApi.invalidity(call).isPresent()) {
            counts.count(MasterEvent.INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS);
            return;
        }
        calls.callOverLibprocess(call, from, answer -> {
            if (answer.kind() != CallAnswer.Kind.ACCEPTED) {
                counts.count(MasterEvent.INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS);
            }
        });
    }
}
