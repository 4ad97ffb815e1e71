package io.stoa.libprocess.scheduler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.stoa.proto.libprocess.ExecutorToFrameworkMessage;
import io.stoa.proto.libprocess.ExitedExecutorMessage;
import io.stoa.proto.libprocess.FrameworkErrorMessage;
import io.stoa.proto.libprocess.FrameworkRegisteredMessage;
import io.stoa.proto.libprocess.FrameworkReregisteredMessage;
import io.stoa.proto.libprocess.LostSlaveMessage;
import io.stoa.proto.libprocess.MesosId;
import io.stoa.proto.libprocess.RescindResourceOfferMessage;
import io.stoa.proto.libprocess.ResourceOffersMessage;
import io.stoa.proto.libprocess.StatusUpdate;
import io.stoa.proto.libprocess.StatusUpdateMessage;
import java.util.Optional;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * Events in the words that frameworks over libprocess know. The bytes of {@code mesos} and {@code mesos.v1} are the
 * same.
 */
final class EventMessages {

    private static final String INTERNAL = "mesos.internal.";

    private final Function<AgentID, Optional<String>> agentPids;
    private final String masterPid;

    /**
     * @param agentPids the pid of an agent, where it is known
     * @param masterPid stands in for the pid of an agent that is not known any more
     */
    EventMessages(Function<AgentID, Optional<String>> agentPids, String masterPid) {
        this.agentPids = agentPids;
        this.masterPid = masterPid;
    }

    /** What the message is called on the wire. */
    static String name(Message message) {
        return INTERNAL + message.getDescriptorForType().getName();
    }

    static FrameworkErrorMessage error(String text) {
        return FrameworkErrorMessage.newBuilder().setMessage(text).build();
    }

    /** @param resumed as {@code EventStream.begin} has it */
    static Message registered(Event.Subscribed subscribed, boolean resumed) {
        MesosId framework = id(subscribed.getFrameworkId().getValue());
        return resumed
                ? FrameworkReregisteredMessage.newBuilder()
                        .setFrameworkId(framework)
                        .setMasterInfo(subscribed.getMasterInfo().toByteString())
                        .build()
                : FrameworkRegisteredMessage.newBuilder()
                        .setFrameworkId(framework)
                        .setMasterInfo(subscribed.getMasterInfo().toByteString())
                        .build();
    }

    /**
     * @param framework whom it is for
     * @return empty for what is not said over libprocess: heartbeats, and what becomes of operations
     */
    Optional<Message> of(Event event, String framework) {
        return switch (event.getType()) {
            case SUBSCRIBED -> Optional.of(registered(event.getSubscribed(), false));
            case OFFERS -> Optional.of(offers(event.getOffers()));
            case RESCIND ->
                Optional.of(RescindResourceOfferMessage.newBuilder()
                        .setOfferId(id(event.getRescind().getOfferId().getValue()))
                        .build());
            case UPDATE -> Optional.of(update(event.getUpdate().getStatus(), framework));
            case MESSAGE -> Optional.of(message(event.getMessage(), framework));
            case FAILURE -> Optional.of(failure(event.getFailure(), framework));
            case ERROR -> Optional.of(error(event.getError().getMessage()));
            case UNKNOWN, HEARTBEAT, UPDATE_OPERATION_STATUS, INVERSE_OFFERS, RESCIND_INVERSE_OFFER -> Optional.empty();
        };
    }

    private Message offers(Event.Offers offers) {
        ResourceOffersMessage.Builder message = ResourceOffersMessage.newBuilder();
        for (Offer offer : offers.getOffersList()) {
            message.addOffers(offer.toByteString()).addPids(pid(offer.getAgentId()));
        }
        return message.build();
    }

    private String pid(AgentID agent) {
        return agentPids.apply(agent).orElse(masterPid);
    }

    /**
     * One without uuid is the master's: it has no pid, so that nobody acknowledges it. Its uuid is empty, not absent as
     * with Mesos: drivers before 0.23 do not read one without, and to later ones it is the same.
     */
    private Message update(TaskStatus status, String framework) {
        StatusUpdate.Builder update = StatusUpdate.newBuilder()
                .setFrameworkId(id(framework))
                .setStatus(status.toByteString())
                .setTimestamp(status.getTimestamp());
        if (status.hasExecutorId()) {
            update.setExecutorId(id(status.getExecutorId().getValue()));
        }
        if (status.hasAgentId()) {
            update.setSlaveId(id(status.getAgentId().getValue()));
        }
        if (!status.hasUuid()) {
            return StatusUpdateMessage.newBuilder()
                    .setUpdate(update.setUuid(ByteString.EMPTY))
                    .build();
        }
        update.setUuid(status.getUuid()).setLatestState(status.getState().getNumber());
        return StatusUpdateMessage.newBuilder()
                .setUpdate(update)
                .setPid(pid(status.getAgentId()))
                .build();
    }

    private static Message message(Event.Message message, String framework) {
        return ExecutorToFrameworkMessage.newBuilder()
                .setSlaveId(id(message.getAgentId().getValue()))
                .setFrameworkId(id(framework))
                .setExecutorId(id(message.getExecutorId().getValue()))
                .setData(message.getData())
                .build();
    }

    /** Of an executor, or of an agent as a whole. */
    private static Message failure(Event.Failure failure, String framework) {
        MesosId agent = id(failure.getAgentId().getValue());
        return failure.hasExecutorId()
                ? ExitedExecutorMessage.newBuilder()
                        .setSlaveId(agent)
                        .setFrameworkId(id(framework))
                        .setExecutorId(id(failure.getExecutorId().getValue()))
                        .setStatus(failure.getStatus())
                        .build()
                : LostSlaveMessage.newBuilder().setSlaveId(agent).build();
    }

    private static MesosId id(String value) {
        return MesosId.newBuilder().setValue(value).build();
    }
}
