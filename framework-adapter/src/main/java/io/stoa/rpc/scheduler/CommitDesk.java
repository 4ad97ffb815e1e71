package io.stoa.rpc.scheduler;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.stoa.mesos.AgentGateway;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.ConflictPolicy;
import io.stoa.proto.v1.Kill;
import io.stoa.proto.v1.Operation;
import io.stoa.state.SharedState;
import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.RequestKey;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.Author;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/** Commits of native schedulers: each becomes one transaction on the state. Safe for use by any thread. */
final class CommitDesk {

    static final int MAX_OPERATIONS = 1_000;
    static final int MAX_BYTES = 512 << 10;

    private final SharedState state;
    private final AgentGateway gateway;
    private final MasterCounts counts;
    private final CommitTranslator translator;
    private final CommitAnswers answers;
    private final CommitBudget budget = new CommitBudget();

    CommitDesk(SharedState state, AgentGateway gateway, MasterCounts counts) {
        this.state = state;
        this.gateway = gateway;
        this.counts = counts;
        DepartedAgents departed = new DepartedAgents(state.snapshot());
        state.addListener(departed);
        translator = new CommitTranslator(gateway, departed);
        answers = new CommitAnswers(gateway);
    }

    void claimOnly(Set<String> hostnames) {
        translator.claimOnly(hostnames);
    }

    /** @param loop of the call */
    void commit(CommitRequest request, Caller caller, Executor loop, StreamObserver<CommitResponse> observer) {
        int bytes = request.getSerializedSize();
        Optional<Status> tooMuch = budget.begin(caller.id(), bytes).map(Status.RESOURCE_EXHAUSTED::withDescription);
        if (tooMuch.isPresent()) {
            observer.onError(tooMuch.get().asRuntimeException());
            return;
        }
        ClusterSnapshot snapshot = state.snapshot();
        Checked<Commit> commit = invalidity(request, bytes)
                .<Checked<Commit>>map(Checked::invalid)
                .orElseGet(() -> commit(request, caller, snapshot));
        if (commit instanceof Checked.Passed<Commit> passed && passed.value() instanceof New wanted) {
            state.commit(wanted.transaction())
                    .whenCompleteAsync(
                            (result, fault) -> {
                                budget.end(caller.id(), bytes);
                                if (result == null) {
                                    observer.onError(
                                            Status.INTERNAL.withCause(fault).asRuntimeException());
                                } else {
                                    decided(request, caller, result, observer);
                                }
                            },
                            loop);
            return;
        }
        budget.end(caller.id(), bytes);
        if (commit instanceof Checked.Passed<Commit> passed && passed.value() instanceof Old answered) {
            kill(request, caller, answered.request().conflicted());
            answer(Checked.passed(answers.repeated(answered.request(), snapshot)), observer);
        } else if (commit instanceof Checked.Refused<Commit> refused) {
            observer.onError(refused.status().asRuntimeException());
        }
    }

    /** What a request comes to. */
    private sealed interface Commit {}

    private record New(StateTransaction transaction) implements Commit {}

    /** It was carried out before. */
    private record Old(AnsweredRequest request) implements Commit {}

    private static Optional<String> invalidity(CommitRequest request, int bytes) {
        int operations = request.getOperationsCount();
        if (operations == 0 || operations > MAX_OPERATIONS) {
            return Optional.of("operations: " + operations + " (expected: 1 to " + MAX_OPERATIONS + ")");
        }
        if (bytes > MAX_BYTES) {
            return Optional.of("request: " + bytes + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        if (request.getBaseVersion() < 0) {
            return Optional.of("base_version: " + request.getBaseVersion() + " (expected: that of a snapshot)");
        }
        return request.getPolicy() == ConflictPolicy.SEQUENCE_NUMBER && !request.hasBaseVersion()
                ? Optional.of("base_version: missing (expected: that of a snapshot, for SEQUENCE_NUMBER)")
                : Optional.empty();
    }

    private Checked<Commit> commit(CommitRequest request, Caller caller, ClusterSnapshot snapshot) {
        return key(request).then(key -> {
            // Before anything else is judged: what was right then may be wrong after it was done.
            Optional<AnsweredRequest> answered =
                    key.flatMap(each -> snapshot.answeredRequest(caller.id(), each.text()));
            if (answered.isPresent()) {
                return answered.get().key().equals(key.get())
                        ? Checked.passed(new Old(answered.get()))
                        : Checked.refused(CommitAnswers.reused(
                                key.get().text(), answered.get().version().value()));
            }
            long newest = snapshot.version().value();
            if (request.getBaseVersion() > newest) {
                return Checked.refused(Status.OUT_OF_RANGE.withDescription(
                        "base_version: " + request.getBaseVersion() + " (expected: at most " + newest + ")"));
            }
            return translator
                    .mutations(request, caller, snapshot)
                    .then(mutations -> Checked.passed(new New(transaction(request, caller, mutations, key))));
        });
    }

    private static Checked<Optional<RequestKey>> key(CommitRequest request) {
        if (!request.hasIdempotencyKey()) {
            return Checked.passed(Optional.empty());
        }
        try {
            return Checked.passed(Optional.of(new RequestKey(request.getIdempotencyKey(), Fingerprint.of(request))));
        } catch (IllegalArgumentException e) {
            return Checked.invalid("idempotency_key: " + e.getMessage());
        }
    }

    private static StateTransaction transaction(
            CommitRequest request, Caller caller, List<StateMutation> mutations, Optional<RequestKey> key) {
        return new StateTransaction(
                new StateVersion(request.getBaseVersion()),
                request.getPolicy() == ConflictPolicy.SEQUENCE_NUMBER
                        ? io.stoa.state.transaction.ConflictPolicy.SEQUENCE_NUMBER
                        : io.stoa.state.transaction.ConflictPolicy.RESOURCE_FIT,
                request.getMode() == io.stoa.proto.v1.CommitMode.INCREMENTAL
                        ? CommitMode.INCREMENTAL
                        : CommitMode.ALL_OR_NOTHING,
                mutations,
                Optional.of(new Author(caller.id(), caller.generation())),
                key);
    }

    private void decided(
            CommitRequest request, Caller caller, CommitResult result, StreamObserver<CommitResponse> observer) {
        if (result instanceof CommitResult.Committed committed) {
            kill(request, caller, committed.conflicts().keySet());
            count(request);
        } else if (result instanceof CommitResult.Repeated repeated) {
            kill(request, caller, repeated.conflicted());
        }
        answer(answers.of(result, state.snapshot()), observer);
    }

    /** Also where it is a repetition: nobody knows whether the kills of the first time have left. */
    private void kill(CommitRequest request, Caller caller, Set<Integer> conflicted) {
        for (int i = 0; i < request.getOperationsCount(); i++) {
            Operation operation = request.getOperations(i);
            if (operation.hasKill() && !conflicted.contains(i)) {
                Kill kill = operation.getKill();
                TaskKey key = new TaskKey(caller.id(), kill.getTaskId());
                state.snapshot()
                        .task(key)
                        .filter(task -> !task.isTerminal())
                        .ifPresent(task -> gateway.killTask(
                                task.agentId(),
                                key,
                                kill.hasPolicy() ? Optional.of(kill.getPolicy()) : Optional.empty()));
            }
        }
    }

    private void count(CommitRequest request) {
        for (Operation operation : request.getOperationsList()) {
            switch (operation.getOperationCase()) {
                case CLAIM, CLAIM_GROUP -> counts.count(MasterEvent.LAUNCH_TASKS);
                case KILL -> counts.count(MasterEvent.KILL_TASK);
                case CONVERT, OPERATION_NOT_SET -> {
                    // As over the other doors.
                }
            }
        }
    }

    private static void answer(Checked<CommitResponse> answer, StreamObserver<CommitResponse> observer) {
        if (answer instanceof Checked.Passed<CommitResponse> passed) {
            observer.onNext(passed.value());
            observer.onCompleted();
        } else if (answer instanceof Checked.Refused<CommitResponse> refused) {
            observer.onError(refused.status().asRuntimeException());
        }
    }
}
