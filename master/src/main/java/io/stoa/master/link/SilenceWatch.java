package io.stoa.master.link;

import io.grpc.Status;
import io.stoa.flags.DurationText;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.Time;
import io.stoa.time.Time.Timer;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pings everybody once an interval, not all at once, and gives up agents that have been away for too long, no faster
 * than is allowed. Who is heard again while he waits for that is not given up.
 */
final class SilenceWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);

    private final AgentContacts contacts;
    private final Transactions transactions;
    private final MasterCounts counts;
    private final Time time;
    private final Executor executor;
    private final LinkConfig config;
    private final Consumer<String> overwhelmed;
    private final long recoveryEndsMs;
    /** Agents that were there when this master began to lead. */
    private final int expected;
    /** To be given up, in the order in which they were lost. */
    private final Set<AgentId> lost = new LinkedHashSet<>();
    /** Given up, but not in the state yet. */
    private final Set<AgentId> leaving = new LinkedHashSet<>();

    private long nextRemovalMs;
    private @Nullable Timer nextTurn;
    private @Nullable Timer nextRemoval;
    private boolean recovered;
    private boolean stopped;

    SilenceWatch(
            AgentContacts contacts,
            Transactions transactions,
            MasterCounts counts,
            Time time,
            Executor executor,
            LinkConfig config,
            Consumer<String> overwhelmed) {
        this.contacts = contacts;
        this.transactions = transactions;
        this.counts = counts;
        this.time = time;
        this.executor = executor;
        this.config = config;
        this.overwhelmed = overwhelmed;
        recoveryEndsMs = time.monotonicMs() + config.reregisterTimeoutMs();
        expected = contacts.missing().size();
    }

    synchronized void start() {
        if (!stopped) {
            nextTurn = time.after(config.pingTimeoutMs() / contacts.turns(), executor, this::takeTurn);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (nextTurn != null) {
            nextTurn.cancel();
        }
        if (nextRemoval != null) {
            nextRemoval.cancel();
        }
    }

    private synchronized void takeTurn() {
        if (!recovered && time.monotonicMs() >= recoveryEndsMs) {
            recovered = true;
            endRecovery(contacts.missing());
        }
        for (AgentId id : contacts.nextTurn()) {
            if (isRegistered(id)) {
                if (contacts.lostBecause(id).isPresent() && !leaving.contains(id) && lost.add(id)) {
                    counts.count(MasterEvent.SLAVE_UNREACHABLE_SCHEDULED);
                }
                contacts.send(id, () -> MasterMessages.PING);
            }
        }
        remove();
        start();
    }

    /** Where too many did not come back, something else is wrong than these agents: somebody has to look. */
    private void endRecovery(List<AgentId> missing) {
        double part = expected == 0 ? 0 : (double) missing.size() / expected;
        if (part > config.recoveryRemovalLimit()) {
            stop();
            overwhelmed.accept("Post-recovery agent removal limit exceeded! After "
                    + DurationText.of(config.reregisterTimeoutMs()) + " there were " + missing.size() + " ("
                    + percent(part) + "%) agents recovered from the registry that did not"
                    + " reregister: " + missing + " The configured removal limit is "
                    + percent(config.recoveryRemovalLimit())
                    + "%. Please investigate or increase this limit to proceed further");
        }
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f", part * 100);
    }

    private synchronized void remove() {
        if (nextRemoval != null) {
            nextRemoval.cancel();
        }
        long nowMs = time.monotonicMs();
        for (Iterator<AgentId> waiting = lost.iterator(); waiting.hasNext() && !stopped; ) {
            AgentId id = waiting.next();
            ClusterSnapshot snapshot = transactions.snapshot();
            Optional<Agent> agent = snapshot.agent(id).filter(known -> known.status() == AgentStatus.REGISTERED);
            Optional<String> cause = contacts.lostBecause(id);
            if (agent.isEmpty() || cause.isEmpty()) {
                waiting.remove();
                counts.count(MasterEvent.SLAVE_UNREACHABLE_CANCELED);
            } else if (nowMs >= nextRemovalMs) {
                waiting.remove();
                nextRemovalMs = nowMs + config.removalRate().intervalMs();
                giveUp(snapshot, agent.get(), cause.get());
            } else {
                nextRemoval = time.after(nextRemovalMs - nowMs, executor, this::remove);
                return;
            }
        }
    }

    private void giveUp(ClusterSnapshot snapshot, Agent agent, String cause) {
        LOG.info("Agent unreachable id={} host={}: {}", agent.id(), agent.info().getHostname(), cause);
        leaving.add(agent.id());
        counts.count(MasterEvent.SLAVE_UNREACHABLE_COMPLETED);
        if (!contacts.hasBeenOpen(agent.id())) {
            counts.count(MasterEvent.RECOVERY_SLAVE_REMOVALS);
        }
        transactions
                .commitEach(new LostTasks(snapshot, agent, time.epochMs()).onUnreachable(cause))
                .thenCompose(result -> loseWhatCameLate(agent.id(), cause))
                .thenRun(() -> gone(agent.id(), cause));
    }

    /** Tasks that were claimed after it was looked at what runs there, and before nothing could be claimed any more. */
    private CompletableFuture<?> loseWhatCameLate(AgentId id, String cause) {
        ClusterSnapshot snapshot = transactions.snapshot();
        List<StateMutation> late = snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                .map(agent -> new LostTasks(snapshot, agent, agent.unreachableAtMs()).becomeUnreachable(cause))
                .orElse(List.of());
        return late.isEmpty() ? CompletableFuture.completedFuture(null) : transactions.commitEach(late);
    }

    /**
     * Ends whichever link it has: one that was admitted just before it was given up is open by now, or finds that it
     * has left when it opens. One that has been admitted since stays.
     */
    private void gone(AgentId id, String cause) {
        synchronized (this) {
            leaving.remove(id);
        }
        AgentSession session = contacts.session(id);
        if (session != null && !isRegistered(id)) {
            session.stream().end(Status.DEADLINE_EXCEEDED.withDescription(cause));
            session.ended();
        }
        contacts.forget(id);
    }

    private boolean isRegistered(AgentId id) {
        return transactions
                .snapshot()
                .agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .isPresent();
    }
}
