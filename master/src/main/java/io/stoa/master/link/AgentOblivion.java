package io.stoa.master.link;

import io.stoa.state.SharedState;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.Time;
import io.stoa.time.Time.Timer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has agents forgotten that have been unreachable or gone for long, or are too many of these; nobody is told. */
final class AgentOblivion {

    private static final Logger LOG = LoggerFactory.getLogger(AgentOblivion.class);

    private final SharedState state;
    private final Transactions transactions;
    private final Time time;
    private final Executor executor;
    private final Retention retention;
    private @Nullable Timer next;
    private boolean stopped;

    AgentOblivion(SharedState state, Transactions transactions, Time time, Executor executor, Retention retention) {
        this.state = state;
        this.transactions = transactions;
        this.time = time;
        this.executor = executor;
        this.retention = retention;
    }

    synchronized void start() {
        if (!stopped) {
            next = time.after(retention.intervalMs(), executor, this::forget);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (next != null) {
            next.cancel();
        }
    }

    private record Departed(AgentId id, long sinceMs) {}

    private void forget() {
        ClusterSnapshot snapshot = state.snapshot();
        List<StateMutation> mutations = new ArrayList<>();
        addOld(
                snapshot.agents().stream()
                        .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                        .map((Agent agent) -> new Departed(agent.id(), agent.unreachableAtMs())),
                mutations);
        addOld(snapshot.goneAgents().stream().map(agent -> new Departed(agent.id(), agent.sinceMs())), mutations);
        if (!mutations.isEmpty()) {
            LOG.info("Agents forgotten count={}", mutations.size());
            transactions.commitEach(mutations);
        }
        start();
    }

    private void addOld(Stream<Departed> departed, List<StateMutation> mutations) {
        List<Departed> oldestFirst =
                departed.sorted(Comparator.comparingLong(Departed::sinceMs)).toList();
        int tooMany = oldestFirst.size() - retention.maxAgents();
        for (int i = 0; i < oldestFirst.size(); i++) {
            Departed each = oldestFirst.get(i);
            if (i < tooMany || time.epochMs() - each.sinceMs() > retention.maxAgentAgeMs()) {
                mutations.add(new StateMutation.ForgetAgent(each.id()));
            }
        }
    }
}
