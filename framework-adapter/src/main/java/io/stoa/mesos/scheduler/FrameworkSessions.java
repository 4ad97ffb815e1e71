package io.stoa.mesos.scheduler;

import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
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

    FrameworkSessions(SchedulerContext context) {
        this.context = context;
    }

    /** What is known of a framework's connection. Nothing is known of frameworks that never subscribed here. */
    private sealed interface Presence {}

    private record Connected(FrameworkSession session) implements Presence {}

    /** Compared by identity: a framework that went twice is away in two ways. */
    private static final class Away implements Presence {
        private final long endsMs;
        private Time.@Nullable Timer timer;

        /** @param endsMs monotonic */
        private Away(long endsMs) {
            this.endsMs = endsMs;
        }
    }

    Optional<FrameworkSession> find(FrameworkId id) {
        return presences.get(id) instanceof Connected connected ? Optional.of(connected.session()) : Optional.empty();
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

    /**
     * Makes this the framework's subscription and has it offered resources. False where the framework is not in the
     * state any more.
     */
    boolean connect(FrameworkSession session) {
        Presence now = presences.compute(session.id(), (id, before) -> {
            if (context.state().snapshot().framework(id).isEmpty()) {
                return before;
            }
            if (before instanceof Connected connected) {
                connected.session().failOver();
            } else if (before instanceof Away away && away.timer != null) {
                away.timer.cancel();
            }
            // Inside, so that the allocator learns of subscriptions of one framework in their order.
            context.allocator().activate(id, session.wishes(), session);
            return new Connected(session);
        });
        return now instanceof Connected connected && connected.session() == session;
    }

    /** The session's stream is gone. */
    void disconnect(FrameworkSession session) {
        session.end();
        presences.computeIfPresent(session.id(), (id, before) -> {
            if (!(before instanceof Connected connected) || connected.session() != session) {
                return before;
            }
            context.allocator().deactivate(id);
            double timeoutMs = session.info().getFailoverTimeout() * 1e3;
            log.info("framework disconnected framework={} failoverTimeoutMs={}", id, (long) timeoutMs);
            return away(id, Math.max(0, (long) timeoutMs));
        });
    }

    private Away away(FrameworkId id, long timeoutMs) {
        Away away = new Away(context.time().monotonicMs() + timeoutMs);
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
                            presences.computeIfAbsent(id, absent -> away(absent, REMOVAL_RETRY_MS));
                        }
                    });
        }
    }

    /** The framework is gone for good. */
    void remove(FrameworkId id) {
        Presence before = presences.remove(id);
        if (before instanceof Connected connected) {
            connected.session().end();
        } else if (before instanceof Away away && away.timer != null) {
            away.timer.cancel();
        }
    }

    /** This process leads from now on: whoever is in the state and does not come back in time is removed. */
    void expectFrameworks() {
        for (Framework framework : context.state().snapshot().frameworks()) {
            double timeoutMs = framework.info().getFailoverTimeout() * 1e3;
            presences.computeIfAbsent(
                    framework.id(), id -> away(id, Math.max(context.config().recoveryTimeoutMs(), (long) timeoutMs)));
        }
    }

    /** This process leads no more: all streams end, so that frameworks look for the new leader. */
    void endAll() {
        for (FrameworkId id : presences.keySet()) {
            context.allocator().deactivate(id);
            remove(id);
        }
    }
}
