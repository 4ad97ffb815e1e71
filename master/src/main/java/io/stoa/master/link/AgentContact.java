package io.stoa.master.link;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the master knows of its contact with one agent. Safe for use by any thread. */
final class AgentContact {

    private final AtomicReference<@Nullable AgentSession> session = new AtomicReference<>();
    private volatile Absence absence;
    private volatile boolean opened;

    AgentContact(Absence absence) {
        this.absence = absence;
    }

    @Nullable
    AgentSession session() {
        return session.get();
    }

    /** Whether it has ever had a session with this master. */
    boolean hasBeenOpen() {
        return opened;
    }

    /** Makes this the agent's session; gives the one it replaces. */
    @Nullable
    AgentSession open(AgentSession newest) {
        opened = true;
        return session.getAndSet(newest);
    }

    /** True where this was the agent's session, and the agent has none now. */
    boolean close(AgentSession ended, Absence disconnection) {
        if (!session.compareAndSet(ended, null)) {
            return false;
        }
        absence = absence.orEarlier(disconnection);
        return true;
    }

    /** Until when it is waited for. */
    Absence absence() {
        return absence;
    }

    void heard(Absence next) {
        absence = next;
    }

    /** Why the agent is taken for lost; empty where it is not. */
    Optional<String> lostBecause(long nowMs) {
        Absence current = absence;
        return nowMs >= current.lostAtMs() ? Optional.of(current.cause()) : Optional.empty();
    }
}
