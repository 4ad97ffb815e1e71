package io.stoa.rpc.scheduler;

import io.stoa.proto.v1.ExecutorEnded;
import io.stoa.proto.v1.ExecutorMessage;
import io.stoa.proto.v1.Heartbeat;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.Subscribed;
import io.stoa.state.model.StateVersion;
import java.util.Optional;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** Mesos' events as native schedulers get them. */
final class SchedulerEvents {

    private static final SchedulerEvent HEARTBEAT = SchedulerEvent.newBuilder()
            .setHeartbeat(Heartbeat.getDefaultInstance())
            .build();

    private SchedulerEvents() {}

    static SchedulerEvent subscribed(Event.Subscribed subscribed, StateVersion generation) {
        return SchedulerEvent.newBuilder()
                .setSubscribed(Subscribed.newBuilder()
                        .setIdentity(Identity.newBuilder()
                                .setSchedulerId(subscribed.getFrameworkId().getValue())
                                .setGeneration(generation.value()))
                        .setHeartbeatIntervalMs(Math.round(subscribed.getHeartbeatIntervalSeconds() * 1e3)))
                .build();
    }

    /** Empty for what native schedulers are not told: nothing is offered to them. */
    static Optional<SchedulerEvent> of(Event event) {
        return switch (event.getType()) {
            case UPDATE ->
                Optional.of(SchedulerEvent.newBuilder()
                        .setStatus(event.getUpdate().getStatus())
                        .build());
            case UPDATE_OPERATION_STATUS ->
                Optional.of(SchedulerEvent.newBuilder()
                        .setOperationStatus(event.getUpdateOperationStatus().getStatus())
                        .build());
            case MESSAGE -> Optional.of(message(event.getMessage()));
            case FAILURE -> Optional.of(failure(event.getFailure()));
            case HEARTBEAT -> Optional.of(HEARTBEAT);
            case UNKNOWN, SUBSCRIBED, OFFERS, INVERSE_OFFERS, RESCIND, RESCIND_INVERSE_OFFER, ERROR -> Optional.empty();
        };
    }

    private static SchedulerEvent message(Event.Message message) {
        return SchedulerEvent.newBuilder()
                .setMessage(ExecutorMessage.newBuilder()
                        .setAgentId(message.getAgentId().getValue())
                        .setExecutorId(message.getExecutorId().getValue())
                        .setData(message.getData()))
                .build();
    }

    private static SchedulerEvent failure(Event.Failure failure) {
        String agentId = failure.getAgentId().getValue();
        if (!failure.hasExecutorId()) {
            return SchedulerEvent.newBuilder().setAgentLost(agentId).build();
        }
        return SchedulerEvent.newBuilder()
                .setExecutorEnded(ExecutorEnded.newBuilder()
                        .setAgentId(agentId)
                        .setExecutorId(failure.getExecutorId().getValue())
                        .setStatus(failure.getStatus()))
                .build();
    }
}
