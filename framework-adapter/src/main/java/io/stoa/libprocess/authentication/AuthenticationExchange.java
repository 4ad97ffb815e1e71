package io.stoa.libprocess.authentication;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.stoa.authentication.Credentials;
import io.stoa.libprocess.Link;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.Processes;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.authentication.CramMd5.Verdict;
import io.stoa.proto.libprocess.AuthenticationCompletedMessage;
import io.stoa.proto.libprocess.AuthenticationErrorMessage;
import io.stoa.proto.libprocess.AuthenticationFailedMessage;
import io.stoa.proto.libprocess.AuthenticationMechanismsMessage;
import io.stoa.proto.libprocess.AuthenticationStartMessage;
import io.stoa.proto.libprocess.AuthenticationStepMessage;
import io.stoa.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with somebody who wants to prove who he is: mechanisms, start, challenge, response, end. Not safe for
 * use by several threads at once: whoever keeps it sees to that.
 */
final class AuthenticationExchange {

    private final Upid pid;
    private final Upid authenticatee;
    private final CramMd5 cram;
    private final Credentials credentials;
    private Expected expected = Expected.START;
    private @Nullable Link link;
    private Processes.@Nullable Registration registration;
    private Time.@Nullable Timer timer;
    private @Nullable Runnable waiting;

    private enum Expected {
        START,
        STEP,
        NOTHING
    }

    /** What a message has led to. */
    sealed interface Outcome {

        /** It is not over yet. */
        record Pending() implements Outcome {}

        record Proven(String principal) implements Outcome {}

        /** The secret was wrong. */
        record Refused() implements Outcome {}

        /** @param why for people */
        record Broken(String why) implements Outcome {}
    }

    /**
     * @param pid who is to be proved to be somebody
     * @param authenticatee the process that speaks for him
     */
    AuthenticationExchange(Upid pid, Upid authenticatee, CramMd5 cram, Credentials credentials) {
        this.pid = pid;
        this.authenticatee = authenticatee;
        this.cram = cram;
        this.credentials = credentials;
    }

    Upid pid() {
        return pid;
    }

    Upid authenticatee() {
        return authenticatee;
    }

    /** Whether nothing has come from the other side yet. */
    boolean isUnanswered() {
        return expected == Expected.START;
    }

    boolean isOver() {
        return expected == Expected.NOTHING;
    }

    /** Lets it be reached, and says which mechanisms there are. */
    Outcome begin(Processes.Registration process, Link toAuthenticatee, Time.Timer deadline) {
        registration = process;
        link = toAuthenticatee;
        timer = deadline;
        return send(
                AuthenticationMechanismsMessage.newBuilder()
                        .addMechanisms(CramMd5.MECHANISM)
                        .build(),
                new Outcome.Pending());
    }

    /** Takes what came for it from anybody: only the authenticatee is listened to. */
    Outcome receive(Message message) {
        if (isOver() || !message.from().equals(authenticatee)) {
            return new Outcome.Pending();
        }
        try {
            return switch (message.name()) {
                case "mesos.internal.AuthenticationStartMessage" ->
                    start(AuthenticationStartMessage.parseFrom(message.body()));
                case "mesos.internal.AuthenticationStepMessage" ->
                    step(AuthenticationStepMessage.parseFrom(message.body()).getData());
                default -> new Outcome.Pending();
            };
        } catch (InvalidProtocolBufferException e) {
            // As if it had not come, as libprocess takes it.
            return new Outcome.Pending();
        }
    }

    private Outcome start(AuthenticationStartMessage start) {
        if (expected != Expected.START) {
            return broken("Unexpected authentication 'start' received");
        }
        if (!start.getMechanism().equals(CramMd5.MECHANISM)) {
            return broken("Mechanism not supported (expected: " + CramMd5.MECHANISM + ")");
        }
        if (!start.getData().isEmpty()) {
            return broken(CramMd5.MECHANISM + " takes no initial data");
        }
        expected = Expected.STEP;
        return send(
                AuthenticationStepMessage.newBuilder()
                        .setData(ByteString.copyFromUtf8(cram.challenge()))
                        .build(),
                new Outcome.Pending());
    }

    private Outcome step(ByteString data) {
        if (expected != Expected.STEP) {
            return broken("Unexpected authentication 'step' received");
        }
        Verdict verdict = cram.check(data.toByteArray(), credentials);
        if (verdict instanceof Verdict.Malformed malformed) {
            return broken("Malformed " + malformed.why());
        }
        return verdict instanceof Verdict.Proven proven
                ? new Outcome.Proven(proven.principal())
                : new Outcome.Refused();
    }

    private static Outcome broken(String why) {
        return new Outcome.Broken(why);
    }

    /** Tells the other side how it ended, and ends. */
    void conclude(Outcome outcome) {
        if (outcome instanceof Outcome.Proven) {
            send(AuthenticationCompletedMessage.getDefaultInstance(), outcome);
        } else if (outcome instanceof Outcome.Refused) {
            send(AuthenticationFailedMessage.getDefaultInstance(), outcome);
        } else if (outcome instanceof Outcome.Broken broken) {
            send(AuthenticationErrorMessage.newBuilder().setError(broken.why()).build(), outcome);
        }
        end();
    }

    /** What was sent still leaves. */
    private void end() {
        release();
        if (link != null) {
            link.close();
        }
    }

    /** Ends it without another word, also of what was said before. */
    void abandon() {
        release();
        if (link != null) {
            link.abandon();
        }
    }

    private void release() {
        expected = Expected.NOTHING;
        if (timer != null) {
            timer.cancel();
        }
        if (registration != null) {
            registration.close();
        }
    }

    private Outcome send(MessageLite message, Outcome sent) {
        String name = "mesos.internal." + message.getClass().getSimpleName();
        return link != null && link.send(name, message.toByteArray())
                ? sent
                : broken("Failed to communicate with authenticatee");
    }

    /** Keeps what is to be done when it has ended; only the newest, since it says what those before said. */
    void whenOver(Runnable action) {
        waiting = action;
    }

    /** What {@link #whenOver} was given last. */
    @Nullable
    Runnable waiting() {
        return waiting;
    }
}
