package io.stoa.mesos.scheduler;

import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.Time;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which frameworks are connected, and for how long the others may stay away. The newest subscription of a framework
 * wins; a framework that stays away for longer than its failover timeout is removed. Safe for use by any thread.
 */
final class FrameworkSessions {

    private static final Logger log = LoggerFactory.getLogger(FrameworkSessions.class);
    private static final long REMOVAL_RETRY_MS = 1_000;

    private final SchedulerContext context;
    private final ConcurrentHashMap<FrameworkId, Presence> presences = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, FrameworkSession> byStream = new ConcurrentHashMap<>();

    /** Nobody connects any more; never false again. */
    private volatile boolean over;

    FrameworkSessions(SchedulerContext context) {
        this.context = context;
    }

    /** What is known of a framework's connection. Nothing is known of frameworks that never subscribed here. */
    private sealed interface Presence {

        /** Its last stream in this term. */
        Optional<StreamName> stream();

        /** Of its newest subscription in this term. */
        StateVersion generation();

        default Optional<String> streamId() {
            return stream().map(StreamName::id);
        }
    }

    private record StreamName(String id, Transport transport) {

        static StreamName of(FrameworkSession session) {
            return new StreamName(session.streamId(), session.transport());
        }
    }

    private record Connected(FrameworkSession session) implements Presence {
        @Override
        public Optional<StreamName> stream() {
            return Optional.of(StreamName.of(session));
        }

        @Override
        public StateVersion generation() {
            return session.generation();
        }
    }

    /** Compared by identity: a framework that went twice is away in two ways. */
    private static final class Away implements Presence {
        private final Optional<StreamName> stream;
        private final StateVersion generation;
        private final long endsMs;
        private Time.@Nullable Timer timer;

        /** @param endsMs monotonic */
        private Away(Optional<StreamName> stream, StateVersion generation, long endsMs) {
            this.stream = stream;
            this.generation = generation;
            this.endsMs = endsMs;
        }

        @Override
        public Optional<StreamName> stream() {
            return stream;
        }

        @Override
        public StateVersion generation() {
            return generation;
        }
    }

    /** What became of an attempt to connect. */
    enum Outcome {
        CONNECTED,
        /** By the scheduler that was the framework's last, which does not take anything over. */
        RESUMED,
        /** Another scheduler has taken the framework over before, or meanwhile. */
        TAKEN,
        /** The framework is not in the state any more. */
        REMOVED,
        /** This process leads no more. */
        OVER
    }

    Optional<FrameworkSession> find(FrameworkId id) {
        return presences.get(id) instanceof Connected connected ? Optional.of(connected.session()) : Optional.empty();
    }

    /** The session of the stream of this id. */
    Optional<FrameworkSession> findByStream(String streamId) {
        return Optional.ofNullable(byStream.get(streamId));
    }

    /** The id of the framework's last stream in this term, where that is one over libprocess. */
    Optional<String> pid(FrameworkId id) {
        return Optional.ofNullable(presences.get(id))
                .flatMap(Presence::stream)
                .filter(stream -> stream.transport() == Transport.LIBPROCESS)
                .map(StreamName::id);
    }

    /** Whether the framework's last stream in this term had this id. */
    boolean isLast(FrameworkId id, String streamId) {
        Presence presence = presences.get(id);
        return presence != null && presence.streamId().filter(streamId::equals).isPresent();
    }

    /** Whether a stream of this id may become the framework's. */
    boolean mayConnect(FrameworkId id, String streamId, Takeover takeover) {
        return mayConnect(presences.get(id), streamId, takeover);
    }

    private static boolean mayConnect(@Nullable Presence before, String streamId, Takeover takeover) {
        return takeover == Takeover.ALLOWED
                || before == null
                || before.streamId().map(streamId::equals).orElse(true);
    }

    /** For how many ms more the framework may stay away; empty while it is connected, and when its time is over. */
    OptionalLong removedInMs(FrameworkId id) {
        return presences.get(id) instanceof Away away
                ? OptionalLong.of(Math.max(0, away.endsMs - context.time().monotonicMs()))
                : OptionalLong.empty();
    }

    void forEach(Consumer<FrameworkSession> action) {
        for (Presence presence : presences.values()) {
            if (presence instanceof Connected connected) {
                action.accept(connected.session());
            }
        }
    }

    /** Makes this the framework's subscription and has it offered resources. */
    Outcome connect(FrameworkSession session, Takeover takeover) {
        Outcome[] outcome = {Outcome.CONNECTED};
        presences.compute(session.id(), (id, before) -> {
            if (context.state().snapshot().framework(id).isEmpty()) {
                outcome[0] = Outcome.REMOVED;
                return before;
            }
            if (!mayConnect(before, session.streamId(), takeover) || isOutdated(session, before)) {
                outcome[0] = Outcome.TAKEN;
                return before;
            }
            if (before != null && before.streamId().isPresent() && takeover == Takeover.REFUSED) {
                outcome[0] = Outcome.RESUMED;
            }
            if (before instanceof Connected connected) {
                supersede(connected.session(), session);
            } else if (before instanceof Away away && away.timer != null) {
                away.timer.cancel();
            }
            byStream.put(session.streamId(), session);
            // Inside, so that the allocator learns of subscriptions of one framework in their order.
            if (outcome[0] == Outcome.RESUMED) {
                context.allocator().resume(id, session.wishes(), session);
            } else {
                context.allocator().activate(id, session.wishes(), session);
            }
            return new Connected(session);
        });
        if (over) {
            // Whoever ends all may have looked for them before this one was among them.
            endOne(session.id());
            return Outcome.OVER;
        }
        return outcome[0];
    }

    /** Their subscriptions were committed in one order and come here in another. */
    private static boolean isOutdated(FrameworkSession session, @Nullable Presence before) {
        return before != null && before.generation().compareTo(session.generation()) > 0;
    }

    private void supersede(FrameworkSession before, FrameworkSession session) {
        byStream.remove(before.streamId(), before);
        if (before.streamId().equals(session.streamId())) {
            session.goOnFrom(before);
            before.end();
        } else {
            before.failOver();
        }
    }

    /** The session's stream is gone. */
    void disconnect(FrameworkSession session) {
        session.end();
        byStream.remove(session.streamId(), session);
        presences.computeIfPresent(session.id(), (id, before) -> {
            if (!(before instanceof Connected connected) || connected.session() != session) {
                return before;
            }
            context.allocator().deactivate(id);
            double timeoutMs = session.info().getFailoverTimeout() * 1e3;
            log.info("framework disconnected framework={} failoverTimeoutMs={}", id, (long) timeoutMs);
            return away(id, before, Math.max(0, (long) timeoutMs));
        });
    }

    private Away away(FrameworkId id, Presence before, long timeoutMs) {
        return away(id, before.stream(), before.generation(), timeoutMs);
    }

    private Away away(FrameworkId id, Optional<StreamName> stream, StateVersion generation, long timeoutMs) {
        Away away = new Away(stream, generation, context.time().monotonicMs() + timeoutMs);
        away.timer = context.time().after(timeoutMs, Runnable::run, () -> expire(id, away));
        return away;
    }

    private void expire(FrameworkId id, Away away) {
        if (presences.remove(id, away)) {
            log.info("framework timed out framework={}", id);
            context.state()
                    .commit(StateTransaction.of(new StateMutation.RemoveFramework(id)))
                    .thenAccept(result -> {
                        if (result instanceof CommitResult.Refused refused
                                && refused.reason() != CommitResult.Reason.NOT_LEADING) {
                            presences.computeIfAbsent(id, absent -> away(absent, away, REMOVAL_RETRY_MS));
                        }
                    });
        }
    }

    /** The framework is gone for good. */
    void remove(FrameworkId id) {
        remove(id, FrameworkSession::remove);
    }

    private void remove(FrameworkId id, Consumer<FrameworkSession> end) {
        Presence before = presences.remove(id);
        if (before instanceof Connected connected) {
            byStream.remove(connected.session().streamId(), connected.session());
            end.accept(connected.session());
        } else if (before instanceof Away away && away.timer != null) {
            away.timer.cancel();
        }
    }

    /** This process leads from now on: whoever is in the state and does not come back in time is removed. */
    void expectFrameworks() {
        for (Framework framework : context.state().snapshot().frameworks()) {
            double timeoutMs = framework.info().getFailoverTimeout() * 1e3;
            presences.computeIfAbsent(
                    framework.id(),
                    id -> away(
                            id,
                            Optional.empty(),
                            framework.generation(),
                            Math.max(context.config().recoveryTimeoutMs(), (long) timeoutMs)));
        }
    }

    /** This process leads no more: all streams end, so that frameworks look for the new leader, and none begins. */
    void endAll() {
        over = true;
        presences.keySet().forEach(this::endOne);
    }

    private void endOne(FrameworkId id) {
        context.allocator().deactivate(id);
        remove(id, FrameworkSession::end);
    }
}
