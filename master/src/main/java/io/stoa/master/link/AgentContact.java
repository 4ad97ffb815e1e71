package io.stoa.master.link;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the master knows of its contact with one agent. Safe for use by any thread. */
final class AgentContact {

    private final AtomicReference<@Nullable AgentSession> session = new AtomicReference<>();
    private volatile long lostAtMs;

    /** @param lostAtMs when the agent is taken for lost unless it is heard before, on the monotonic clock */
    AgentContact(long lostAtMs) {
        this.lostAtMs = lostAtMs;
    }

    @Nullable
    AgentSession session() {
        return session.get();
    }

    /** Makes this the agent's session; gives the one it replaces. */
    @Nullable
    AgentSession open(AgentSession newest) {
        return session.getAndSet(newest);
    }

    /** True where this was the agent's session, and the agent has none now. */
    boolean close(AgentSession ended) {
        return session.compareAndSet(ended, null);
    }

    void heard(long lostAtMs) {
        this.lostAtMs = lostAtMs;
    }

    boolean isLost(long nowMs) {
        return nowMs >= lostAtMs;
    }
}
