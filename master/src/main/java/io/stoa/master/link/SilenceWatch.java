package io.stoa.master.link;

import io.grpc.Status;
import io.stoa.state.SharedState;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.time.Time;
import io.stoa.time.Time.Timer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pings everybody once an interval, and gives up agents that have been silent for longer than their budget. */
final class SilenceWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);

    private final SharedState state;
    private final AgentContacts contacts;
    private final Transactions transactions;
    private final Time time;
    private final Executor executor;
    private final long intervalMs;
    private @Nullable Timer next;
    private boolean stopped;

    SilenceWatch(
            SharedState state,
            AgentContacts contacts,
            Transactions transactions,
            Time time,
            Executor executor,
            long intervalMs) {
        this.state = state;
        this.contacts = contacts;
        this.transactions = transactions;
        this.time = time;
        this.executor = executor;
        this.intervalMs = intervalMs;
    }

    synchronized void start() {
        if (!stopped) {
            next = time.after(intervalMs, executor, this::scan);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel();
        }
    }

    private void scan() {
        ClusterSnapshot snapshot = state.snapshot();
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                if (contacts.takeLost(agent.id())) {
                    giveUp(snapshot, agent);
                } else {
                    contacts.send(agent.id(), () -> MasterMessages.PING);
                }
            }
        }
        start();
    }

    private void giveUp(ClusterSnapshot snapshot, Agent agent) {
        LOG.info(
                "Agent unreachable id={} host={}: health check timed out",
                agent.id(),
                agent.info().getHostname());
        AgentSession session = contacts.session(agent.id());
        transactions
                .commitEach(new LostTasks(snapshot, agent, time.epochMs()).onUnreachable())
                .thenRun(() -> {
                    if (session != null) {
                        session.stream().end(Status.DEADLINE_EXCEEDED.withDescription("health check timed out"));
                        session.ended();
                    }
                });
    }
}
