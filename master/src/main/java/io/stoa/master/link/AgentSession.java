package io.stoa.master.link;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.stoa.metrics.MasterEvent;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.DriverAcknowledgement;
import io.stoa.proto.agent.ExecutorExited;
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.CommitResult.Committed;
import io.stoa.state.transaction.CommitResult.Conflicted;
import io.stoa.state.transaction.CommitResult.Refused;
import io.stoa.state.transaction.StateChange.TaskStatusChanged;
import io.stoa.state.transaction.StateMutation.AdvanceTaskState;
import io.stoa.state.transaction.StateMutation.RemoveExecutor;
import io.stoa.state.transaction.StateMutation.UpdateTaskStatus;
import io.stoa.state.transaction.StateTransaction;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one agent says over one stream. Called by the RPC server, one message at a time; a message is asked for when an
 * earlier one has been dealt with, so an agent cannot outrun the state.
 */
final class AgentSession implements StreamObserver<AgentMessage> {

    /** How many messages of one agent may be on their way into the state. */
    static final int MAX_IN_FLIGHT = 128;

    private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

    private final AdmissionDesk desk;
    private final AgentStream stream;
    /** Written by the thread that admits, before it asks for the next message. */
    private volatile @Nullable AgentId agentId;

    private volatile boolean ended;
    private boolean asked;

    AgentSession(AdmissionDesk desk, AgentStream stream) {
        this.desk = desk;
        this.stream = stream;
    }

    AgentStream stream() {
        return stream;
    }

    @Override
    public void onNext(AgentMessage message) {
        try {
            AgentId id = agentId;
            if (id == null) {
                ask(message);
            } else {
                desk.context().contacts().heard(id);
                handle(id, message);
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("Refused what an agent said id={} reason={}", agentId, e.getMessage());
            refuse(String.valueOf(e.getMessage()), true);
            ended();
        }
    }

    @Override
    public void onError(Throwable error) {
        ended();
    }

    @Override
    public void onCompleted() {
        ended();
        stream.end(Status.OK);
    }

    /** The agent hears nothing any more. */
    void ended() {
        ended = true;
        leaveIfEnded();
    }

    /** To be asked by who admits: the stream may have ended before it was known whose it is. */
    void leaveIfEnded() {
        AgentId id = agentId;
        if (ended && id != null) {
            desk.departures().lost(id, this);
        }
    }

    private void ask(AgentMessage message) {
        if (asked) {
            throw new IllegalArgumentException(message.getMessageCase() + " (expected: none before the answer)");
        }
        asked = true;
        switch (message.getMessageCase()) {
            case REGISTER -> desk.register(this, message.getRegister());
            case REREGISTER -> desk.reregister(this, message.getReregister());
            default ->
                throw new IllegalArgumentException(
                        message.getMessageCase() + " (expected: REGISTER or REREGISTER first)");
        }
    }

    /** The agent was admitted, told so, and is reachable through this session. */
    void admitted(AgentId id) {
        agentId = id;
        stream.receiveMore(MAX_IN_FLIGHT);
    }

    /** The agent is to kill its tasks and to end. */
    void shutDown(String reason) {
        stream.send(() -> MasterMessages.shutdown(reason));
        stream.end(Status.OK);
    }

    void refuse(String reason, boolean permanent) {
        stream.send(() -> MasterMessages.refused(reason, permanent));
        stream.end(Status.OK);
    }

    private void handle(AgentId id, AgentMessage message) {
        switch (message.getMessageCase()) {
            case STATUS_UPDATE -> statusUpdate(id, message.getStatusUpdate());
            case EXECUTOR_EXITED -> executorExited(id, message.getExecutorExited());
            case EXECUTOR_MESSAGE -> {
                io.stoa.proto.agent.ExecutorMessage said = message.getExecutorMessage();
                desk.context()
                        .events()
                        .executorMessage(
                                new ExecutorKey(id, new FrameworkId(said.getFrameworkId()), said.getExecutorId()),
                                said.getData());
                stream.receiveMore(1);
            }
            case DRIVER_ACKNOWLEDGEMENT -> {
                DriverAcknowledgement said = message.getDriverAcknowledgement();
                TaskKey task = new TaskKey(new FrameworkId(said.getFrameworkId()), said.getTaskId());
                desk.context().events().driverAcknowledged(id, task, said.getUuid(), said.getFrom());
                stream.receiveMore(1);
            }
            case PONG -> stream.receiveMore(1);
            case UNREGISTER -> desk.departures().unregister(id, this);
            case REGISTER, REREGISTER, MESSAGE_NOT_SET ->
                throw new IllegalArgumentException(
                        message.getMessageCase() + " (expected: something else once registered)");
        }
    }

    private void statusUpdate(AgentId id, StatusUpdate update) {
        ClusterSnapshot snapshot = desk.context().state().snapshot();
        FrameworkId frameworkId = new FrameworkId(update.getFrameworkId());
        DrainStatuses words = DrainStatuses.of(snapshot, id, frameworkId);
        TaskStatus status = words.told(parse(update, id));
        TaskKey task = new TaskKey(frameworkId, status.getTaskId().getValue());
        boolean foreign =
                snapshot.task(task).filter(known -> !known.agentId().equals(id)).isPresent();
        if (foreign) {
            LOG.warn("Dropped an update agent={} task={}: the task is another agent's", id, task);
            ignore(task, status);
        } else {
            desk.context()
                    .transactions()
                    .commit(transaction(task, status, words.told(latest(status, update))))
                    .thenAccept(result -> updated(task, status, result));
        }
    }

    /** A task that has ended holds nothing any more, even if its framework acknowledges nothing. */
    private static StateTransaction transaction(TaskKey task, TaskStatus status, TaskState latest) {
        UpdateTaskStatus update = new UpdateTaskStatus(task, status);
        return latest == status.getState()
                ? StateTransaction.of(update)
                : StateTransaction.of(update, new AdvanceTaskState(task, latest));
    }

    private static TaskState latest(TaskStatus status, StatusUpdate said) {
        TaskState latest = said.hasLatestState() ? TaskState.forNumber(said.getLatestState()) : null;
        return latest == null ? status.getState() : latest;
    }

    private void updated(TaskKey task, TaskStatus status, CommitResult result) {
        if (result instanceof Committed committed) {
            if (committed.changes().stream().noneMatch(TaskStatusChanged.class::isInstance)) {
                desk.context().events().uncommittedStatus(task.frameworkId(), status);
            }
            stream.receiveMore(1);
        } else if (result instanceof Conflicted) {
            ignore(task, status);
        } else if (result instanceof Refused refused) {
            stream.end(Status.UNAVAILABLE.withDescription(refused.message()));
        }
    }

    /** Nobody waits for this update any more: without an answer the agent would repeat it for ever. */
    private void ignore(TaskKey task, TaskStatus status) {
        desk.context().counts().count(MasterEvent.INVALID_STATUS_UPDATES);
        stream.send(() -> MasterMessages.acknowledgement(task, status.getUuid()));
        stream.receiveMore(1);
    }

    private void executorExited(AgentId id, ExecutorExited exited) {
        ExecutorKey key = new ExecutorKey(id, new FrameworkId(exited.getFrameworkId()), exited.getExecutorId());
        if (desk.context().state().snapshot().executor(key).isPresent()) {
            desk.context()
                    .events()
                    .executorExited(
                            key, exited.hasWaitStatus() ? OptionalInt.of(exited.getWaitStatus()) : OptionalInt.empty());
        }
        desk.context().transactions().commit(new RemoveExecutor(key)).thenAccept(result -> stream.receiveMore(1));
    }

    private static TaskStatus parse(StatusUpdate update, AgentId id) {
        try {
            TaskStatus status = TaskStatus.parseFrom(update.getStatus());
            return status.hasAgentId()
                    ? status
                    : status.toBuilder()
                            .setAgentId(AgentID.newBuilder().setValue(id.value()))
                            .build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("status: " + e.getMessage(), e);
        }
    }
}
