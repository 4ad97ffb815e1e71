package io.stoa.rpc.scheduler;

import io.grpc.Status;
import io.stoa.mesos.AgentGateway;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.Conflict;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What schedulers are told of what came of their commits. */
final class CommitAnswers {

    private final AgentGateway gateway;

    CommitAnswers(AgentGateway gateway) {
        this.gateway = gateway;
    }

    /** @param snapshot of now */
    Checked<CommitResponse> of(CommitResult result, ClusterSnapshot snapshot) {
        if (result instanceof CommitResult.Committed committed) {
            return Checked.passed(response(
                    CommitResponse.Outcome.COMMITTED, committed.version().value(), committed.conflicts(), snapshot));
        } else if (result instanceof CommitResult.Conflicted conflicted) {
            Optional<Status> whole =
                    ofAuthor(conflicted.conflicts().values().iterator().next());
            return whole.isPresent()
                    ? Checked.refused(whole.get())
                    : Checked.passed(response(
                            CommitResponse.Outcome.CONFLICTED,
                            conflicted.head().value(),
                            conflicted.conflicts(),
                            snapshot));
        } else if (result instanceof CommitResult.Repeated repeated) {
            return Checked.passed(repeated(repeated.version().value(), repeated.conflicted(), snapshot));
        }
        return Checked.refused(status((CommitResult.Refused) result));
    }

    CommitResponse repeated(AnsweredRequest answered, ClusterSnapshot snapshot) {
        return repeated(answered.version().value(), answered.conflicted(), snapshot);
    }

    private CommitResponse repeated(long version, Collection<Integer> conflicted, ClusterSnapshot snapshot) {
        ConflictMessages messages = new ConflictMessages(snapshot, gateway);
        CommitResponse.Builder response = CommitResponse.newBuilder()
                .setOutcome(CommitResponse.Outcome.COMMITTED)
                .setVersion(version)
                .setRepeated(true);
        new TreeSet<>(conflicted).forEach(index -> response.addConflicts(messages.before(index)));
        return response.build();
    }

    private CommitResponse response(
            CommitResponse.Outcome outcome, long version, Map<Integer, Conflict> conflicts, ClusterSnapshot snapshot) {
        CommitResponse.Builder response =
                CommitResponse.newBuilder().setOutcome(outcome).setVersion(version);
        if (!conflicts.isEmpty()) {
            ConflictMessages messages = new ConflictMessages(snapshot, gateway);
            new TreeMap<>(conflicts).forEach((index, conflict) -> response.addConflicts(messages.of(index, conflict)));
        }
        return response.build();
    }

    /** What holds for the whole commit, because of who asks, and how. */
    private static Optional<Status> ofAuthor(Conflict conflict) {
        if (conflict instanceof Conflict.StaleGeneration stale) {
            return Optional.of(
                    Status.FAILED_PRECONDITION.withDescription(CallerChecks.stale(stale.claimed(), stale.current())));
        } else if (conflict instanceof Conflict.UnknownFramework unknown) {
            return Optional.of(CallerChecks.unknown(unknown.frameworkId()));
        } else if (conflict instanceof Conflict.FrameworkWasRemoved removed) {
            return Optional.of(CallerChecks.unknown(removed.frameworkId()));
        } else if (conflict instanceof Conflict.KeyReused reused) {
            return Optional.of(reused(reused.key(), reused.answeredAt().value()));
        }
        return Optional.empty();
    }

    static Status reused(String key, long version) {
        return Status.INVALID_ARGUMENT.withDescription("idempotency_key: '" + key
                + "' is that of another commit, which was answered at version " + version + " (expected: a new one)");
    }

    private static Status status(CommitResult.Refused refused) {
        Status status = switch (refused.reason()) {
            case QUEUE_FULL -> Status.RESOURCE_EXHAUSTED;
            case TOO_LARGE -> Status.INVALID_ARGUMENT;
            case NOT_LEADING, OUTCOME_UNKNOWN -> Status.UNAVAILABLE;
        };
        return status.withDescription(refused.message());
    }
}
