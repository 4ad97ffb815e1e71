package io.stoa.libprocess.scheduler;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.OwnAddress;
import io.stoa.libprocess.Peers;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.scheduler.SubscriptionGate.Admission;
import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.Takeover;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a leading master's process does with the messages of frameworks. Nothing is answered where Mesos answers
 * nothing: what cannot be read, and what comes from a process that the framework is not subscribed by, is dropped. Safe
 * for use by any thread.
 */
public final class SchedulerMessages implements MessageReceiver {

    private static final Logger log = LoggerFactory.getLogger(SchedulerMessages.class);

    /** More than what a framework can have stored of itself. */
    private static final int MAX_SUBSCRIPTION_BYTES = 1024 * 1024;

    private final SchedulerApi api;
    private final Peers peers;
    private final SubscriptionGate gate;
    private final MasterCounts counts;
    private final Upid self;
    private final OwnAddress ownAddress;
    private final EventMessages messages;
    private final SubscriptionTurns turns = new SubscriptionTurns();

    /**
     * @param self the pid of the master
     * @param agentPids the pid of an agent, where it is known
     */
    public SchedulerMessages(
            SchedulerApi api,
            Peers peers,
            SubscriptionGate gate,
            MasterCounts counts,
            Upid self,
            Function<AgentID, Optional<String>> agentPids) {
        this.api = api;
        this.peers = peers;
        this.gate = gate;
        this.counts = counts;
        this.self = self;
        ownAddress = new OwnAddress(self);
        messages = new EventMessages(agentPids, self.toString());
    }

    @Override
    public void receive(Message message) {
        try {
            MessageDecoder.decode(message)
                    .ifPresentOrElse(
                            request -> handle(message, request),
                            () -> log.debug("message of unknown name dropped name={}", message.name()));
        } catch (InvalidProtocolBufferException e) {
            log.debug("message dropped name={} from={}: {}", message.name(), message.from(), e.getMessage());
        }
    }

    @Override
    public CompletionStage<Void> room(Upid from) {
        return api.room(from.toString());
    }

    private void handle(Message message, Request request) {
        Upid from = message.from();
        if (request instanceof Request.Subscribe subscribe) {
            valid(from, subscribe.call()).ifPresent(call -> subscribe(from, subscribe));
        } else if (request instanceof Request.Say say) {
            valid(from, say.call()).ifPresent(call -> say(message, call));
        } else if (request instanceof Request.Deactivate deactivate) {
            api.deactivate(deactivate.framework(), from.toString());
        } else if (request instanceof Request.Unregister unregister) {
            api.unregister(
                    unregister.framework(), from.toString(), answer -> answered(message, Call.Type.TEARDOWN, answer));
        } else if (request instanceof Request.Refuse refuse) {
            error(from, refuse.error());
        }
    }

    private Optional<Call> valid(Upid from, Call call) {
        Optional<String> invalidity = SchedulerApi.invalidity(call);
        if (invalidity.isEmpty()) {
            return Optional.of(call);
        }
        log.debug("call dropped type={} from={}: {}", call.getType(), from, invalidity.get());
        countInvalid(call.getType());
        return Optional.empty();
    }

    private void subscribe(Upid from, Request.Subscribe subscribe) {
        int bytes = subscribe.call().getSerializedSize();
        if (ownAddress.isOf(from)) {
            // It would hold its offers for ever: the link to ourselves does not break.
            counts.count(MasterEvent.DROPPED_MESSAGES);
            log.warn(
                    "subscription dropped from={} name={}: the address is this master's own",
                    from,
                    subscribe.call().getSubscribe().getFrameworkInfo().getName());
        } else if (bytes > MAX_SUBSCRIPTION_BYTES) {
            counts.count(MasterEvent.DROPPED_MESSAGES);
            error(
                    from,
                    "Subscription is too large: " + bytes + " B (expected: at most " + MAX_SUBSCRIPTION_BYTES + ")");
        } else if (api.isRefused(subscribe.call())) {
            // As Mesos: nobody need prove who he is to be told what is wrong.
            take(from, subscribe.call(), subscribe.takeover());
        } else {
            admit(from, subscribe);
        }
    }

    /** Of too many at once those are dropped that come last; drivers repeat theirs. */
    private void take(Upid from, Call call, Takeover takeover) {
        if (!turns.take(from, () -> api.subscribe(call, stream(from), takeover))) {
            counts.count(MasterEvent.DROPPED_MESSAGES);
        }
    }

    private void admit(Upid from, Request.Subscribe subscribe) {
        gate.admit(from, subscribe.call().getSubscribe().getFrameworkInfo(), admission -> {
            if (admission instanceof Admission.Granted granted) {
                Call call = granted.principal()
                        .map(principal -> SchedulerApi.withPrincipal(subscribe.call(), principal))
                        .orElse(subscribe.call());
                take(from, call, subscribe.takeover());
            } else if (admission instanceof Admission.Refused refused) {
                log.info("framework refused from={} error={}", from, refused.error());
                error(from, refused.error());
            }
        });
    }

    private LibprocessEventStream stream(Upid peer) {
        return new LibprocessEventStream(
                peer, self.id(), peers, messages, pid -> api.isSubscribed(pid.toString()), gate::left);
    }

    private void say(Message message, Call call) {
        Upid from = message.from();
        switch (call.getType()) {
            case ACKNOWLEDGE_OPERATION_STATUS, RECONCILE_OPERATIONS ->
                log.debug("call dropped type={} from={}: not for drivers", call.getType(), from);
            case ACCEPT -> accept(message, call);
            default ->
                api.callOverLibprocess(call, from.toString(), answer -> answered(message, call.getType(), answer));
        }
    }

    private void accept(Message message, Call call) {
        boolean asksFeedback = OperationsWithFeedback.areIn(call.getAccept());
        Call accept = asksFeedback ? OperationsWithFeedback.without(call) : call;
        api.callOverLibprocess(accept, message.from().toString(), answer -> {
            answered(message, call.getType(), answer);
            if (asksFeedback && answer.kind() == CallAnswer.Kind.ACCEPTED) {
                error(message.from(), OperationsWithFeedback.REFUSAL);
            }
        });
    }

    private void answered(Message message, Call.Type type, CallAnswer answer) {
        Upid from = message.from();
        switch (answer.kind()) {
            // It cannot have noticed: nothing tells it but this.
            case DISCONNECTED -> error(from, "Framework disconnected");
            // One message that is left out of many would make nonsense of the others.
            case TOO_MANY -> error(from, "Message " + message.name() + " dropped: " + answer.message());
            case INVALID -> {
                if (type == Call.Type.UPDATE_FRAMEWORK) {
                    error(from, answer.message());
                }
            }
            case STRANGE, FORBIDDEN -> stranger(message, type, answer);
            case ACCEPTED, OK, NOT_IMPLEMENTED, UNAVAILABLE -> {
                // As Mesos, which says nothing. What could not be stored is said to the next leader.
            }
        }
    }

    private void stranger(Message message, Call.Type type, CallAnswer answer) {
        log.debug("message dropped name={} from={}: {}", message.name(), message.from(), answer.message());
        // Mesos counts strangers' old messages and not their calls.
        if (!message.name().equals(MessageDecoder.CALL)) {
            countInvalid(type);
        }
    }

    private void countInvalid(Call.Type type) {
        if (type == Call.Type.ACKNOWLEDGE) {
            counts.count(MasterEvent.INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS);
        } else if (type == Call.Type.MESSAGE) {
            counts.count(MasterEvent.INVALID_FRAMEWORK_TO_EXECUTOR_MESSAGES);
        }
    }

    private void error(Upid to, String text) {
        com.google.protobuf.Message error = EventMessages.error(text);
        peers.send(self.id(), to, EventMessages.name(error), error.toByteArray());
    }
}
