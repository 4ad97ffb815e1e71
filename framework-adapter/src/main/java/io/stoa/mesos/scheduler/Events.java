package io.stoa.mesos.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import java.util.List;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** Builds what schedulers are sent. */
final class Events {

    static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();

    /** What Mesos says where nobody knows how an executor ended. */
    private static final int UNKNOWN_WAIT_STATUS = -1;

    private Events() {}

    static Event subscribed(FrameworkId id, MasterInfo master, long heartbeatIntervalMs) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue(id.value()))
                        .setHeartbeatIntervalSeconds(heartbeatIntervalMs / 1e3)
                        .setMasterInfo(master))
                .build();
    }

    static Event offers(List<Offer> offers) {
        return Event.newBuilder()
                .setType(Event.Type.OFFERS)
                .setOffers(Event.Offers.newBuilder().addAllOffers(offers))
                .build();
    }

    static Event rescind(OfferID offerId) {
        return Event.newBuilder()
                .setType(Event.Type.RESCIND)
                .setRescind(Event.Rescind.newBuilder().setOfferId(offerId))
                .build();
    }

    static Event update(TaskStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status))
                .build();
    }

    static Event operationUpdate(OperationStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.UPDATE_OPERATION_STATUS)
                .setUpdateOperationStatus(
                        Event.UpdateOperationStatus.newBuilder().setStatus(status))
                .build();
    }

    static Event message(ExecutorKey executor, ByteString data) {
        return Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(Event.Message.newBuilder()
                        .setAgentId(
                                AgentID.newBuilder().setValue(executor.agentId().value()))
                        .setExecutorId(ExecutorID.newBuilder().setValue(executor.executorId()))
                        .setData(data))
                .build();
    }

    static Event agentFailure(AgentId agentId) {
        return failure(
                Event.Failure.newBuilder().setAgentId(AgentID.newBuilder().setValue(agentId.value())));
    }

    static Event executorFailure(ExecutorKey executor, OptionalInt waitStatus) {
        Event.Failure.Builder failure = Event.Failure.newBuilder()
                .setAgentId(AgentID.newBuilder().setValue(executor.agentId().value()))
                .setExecutorId(ExecutorID.newBuilder().setValue(executor.executorId()))
                .setStatus(waitStatus.orElse(UNKNOWN_WAIT_STATUS));
        return failure(failure);
    }

    private static Event failure(Event.Failure.Builder failure) {
        return Event.newBuilder()
                .setType(Event.Type.FAILURE)
                .setFailure(failure)
                .build();
    }

    static Event error(String message) {
        return Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(message))
                .build();
    }
}
