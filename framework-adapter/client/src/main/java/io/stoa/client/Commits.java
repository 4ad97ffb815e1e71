package io.stoa.client;

import io.grpc.Status;
import io.stoa.client.Decision.Outcome;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Proposals under way. Each is sent until it is answered, always with its key, so that it is done once; each ends with
 * one decision, which is told when the view shows it. Everything runs on the loop.
 */
final class Commits {

    private final StoaClient client;
    private final LoopThread loop;
    private final long patienceMs;
    private final Listener listener;
    private final Map<String, InFlight> underWay = new LinkedHashMap<>();
    private @Nullable Identity identity;

    interface Listener {

        /** Something was answered, so that there may be something to settle. */
        void answered();

        /** The master does not take this generation. */
        void generationRefused();

        /** The proposal is not under way any more. */
        void decided(Decision decision);
    }

    Commits(StoaClient client, LoopThread loop, long patienceMs, Listener listener) {
        this.client = client;
        this.loop = loop;
        this.patienceMs = patienceMs;
        this.listener = listener;
    }

    int size() {
        return underWay.size();
    }

    /** True while the master has too much to do for what it was sent already. */
    boolean arePressed() {
        return underWay.values().stream().anyMatch(entry -> entry.pressed);
    }

    /** @throws IllegalStateException where it is under way already */
    void submit(Proposal proposal) {
        InFlight entry = new InFlight(proposal, client.backoff());
        if (underWay.putIfAbsent(proposal.key(), entry) != null) {
            throw new IllegalStateException(proposal + ": is under way (expected: one that is not)");
        }
        send(entry);
    }

    /** Those that waited for it are sent, in the order in which they were proposed. */
    void subscribed(Identity as) {
        identity = as;
        for (InFlight entry : List.copyOf(underWay.values())) {
            if (!entry.busy && entry.decision == null) {
                send(entry);
            }
        }
    }

    void disconnected() {
        identity = null;
    }

    private void send(InFlight entry) {
        Identity as = identity;
        if (as == null) {
            entry.busy = false;
            return;
        }
        entry.busy = true;
        entry.generation = as.getGeneration();
        client.attempt(
                SchedulerServiceGrpc.getCommitMethod(),
                entry.proposal.request(as),
                new StoaClient.Answer<CommitResponse>() {
                    @Override
                    public void answered(CommitResponse answer) {
                        loop.execute(() -> decide(entry, decision(entry.proposal, answer)));
                    }

                    @Override
                    public void failed(Failure failure) {
                        loop.execute(() -> retry(entry, failure));
                    }
                });
    }

    private static Decision decision(Proposal proposal, CommitResponse answer) {
        return switch (answer.getOutcome()) {
            case COMMITTED -> answered(proposal, Outcome.COMMITTED, answer);
            case CONFLICTED -> answered(proposal, Outcome.CONFLICTED, answer);
            case UNKNOWN -> ended(proposal, Outcome.UNKNOWN, "outcome: UNKNOWN (expected: COMMITTED or CONFLICTED)");
        };
    }

    private static Decision answered(Proposal proposal, Outcome outcome, CommitResponse answer) {
        return new Decision(
                proposal, outcome, answer.getVersion(), answer.getConflictsList(), answer.getRepeated(), "");
    }

    private static Decision ended(Proposal proposal, Outcome outcome, String message) {
        return new Decision(proposal, outcome, 0, List.of(), false, message);
    }

    private void decide(InFlight entry, Decision decision) {
        entry.busy = false;
        entry.pressed = false;
        entry.decision = decision;
        listener.answered();
    }

    private void retry(InFlight entry, Failure failure) {
        entry.note(failure);
        if (failure.code() == Status.Code.FAILED_PRECONDITION) {
            Identity as = identity;
            if (as == null || as.getGeneration() != entry.generation) {
                send(entry);
            } else {
                entry.busy = false;
                identity = null;
                listener.generationRefused();
            }
        } else if (!failure.isTemporary()) {
            decide(entry, ended(entry.proposal, Outcome.REFUSED, failure.text()));
        } else if (passedMs(entry) > patienceMs) {
            decide(entry, ended(entry.proposal, Outcome.UNKNOWN, failure.text()));
        } else {
            boolean atOnce = failure.leaderNamed() && !entry.followed;
            entry.followed = atOnce;
            loop.after(atOnce ? 0 : entry.backoff.nextMs(), () -> send(entry));
        }
    }

    private static long passedMs(InFlight entry) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - entry.begunNanos);
    }

    /** Tells of the decisions that a view of that version shows. */
    void settle(long version) {
        List<Decision> settled = new ArrayList<>();
        for (InFlight entry : underWay.values()) {
            if (entry.decision != null && entry.decision.version() <= version) {
                settled.add(entry.decision);
            }
        }
        settled.forEach(decision -> underWay.remove(decision.proposal().key()));
        settled.forEach(listener::decided);
    }

    /** Nothing is sent any more; what is not answered stays unknown. */
    void end(String why) {
        identity = null;
        List<InFlight> left = List.copyOf(underWay.values());
        underWay.clear();
        for (InFlight entry : left) {
            Decision decision = entry.decision;
            listener.decided(decision != null ? decision : ended(entry.proposal, Outcome.UNKNOWN, why));
        }
    }
}
