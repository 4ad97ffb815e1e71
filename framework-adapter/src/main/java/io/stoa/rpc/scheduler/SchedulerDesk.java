package io.stoa.rpc.scheduler;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.stoa.authentication.BasicAuthentication;
import io.stoa.mesos.AgentGateway;
import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.Takeover;
import io.stoa.metrics.MasterCounts;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.state.SharedState;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** What native schedulers are served with while a term lasts. Safe for use by any thread; nothing blocks. */
public final class SchedulerDesk {

    private final SchedulerApi api;
    private final CallerChecks callers;
    private final CommitDesk commits;
    private final Optional<BasicAuthentication> authentication;

    /**
     * @param state of the term
     * @param gateway to the agents
     * @param authentication by which schedulers have to prove who they are; empty: they need not
     * @param counts of this master, whether it leads or not
     */
    public SchedulerDesk(
            SchedulerApi api,
            SharedState state,
            AgentGateway gateway,
            Optional<BasicAuthentication> authentication,
            MasterCounts counts) {
        this.api = api;
        this.commits = new CommitDesk(state, gateway, counts);
        this.callers = new CallerChecks(api);
        this.authentication = authentication;
    }

    /** Lets nobody claim of agents on other hosts from now on; what they have there stays theirs. */
    public void claimOnly(Set<String> hostnames) {
        commits.claimOnly(hostnames);
    }

    Optional<BasicAuthentication> authentication() {
        return authentication;
    }

    /** @param principal who the caller has proved to be; empty where nobody has to */
    void subscribe(SubscribeRequest request, Optional<String> principal, RpcEventStream stream) {
        if (!request.hasInfo()) {
            stream.close(Status.INVALID_ARGUMENT.withDescription("info: missing (expected: a FrameworkInfo)"));
            return;
        }
        FrameworkInfo info = request.getInfo();
        Call call = SchedulerCalls.subscribe(info);
        Optional<Status> refusal =
                principal.flatMap(who -> denial(call, info, who)).or(() -> invalidity(request, call));
        if (refusal.isPresent()) {
            stream.close(refusal.get());
            return;
        }
        Call subscription =
                principal.map(who -> SchedulerApi.withPrincipal(call, who)).orElse(call);
        if (request.hasGeneration()) {
            api.resubscribe(subscription, stream, new StateVersion(request.getGeneration()));
        } else {
            api.subscribe(subscription, stream, Takeover.ALLOWED);
        }
    }

    private Optional<Status> denial(Call call, FrameworkInfo info, String principal) {
        return SchedulerApi.pretence(call, principal)
                .or(() -> api.trespass(new FrameworkId(info.getId().getValue()), principal))
                .map(Status.PERMISSION_DENIED::withDescription);
    }

    private static Optional<Status> invalidity(SubscribeRequest request, Call call) {
        Optional<String> error = InfoLimits.excess(request.getInfo()).or(() -> SchedulerApi.invalidity(call));
        if (error.isEmpty() && request.hasGeneration()) {
            if (request.getGeneration() <= 0) {
                error = Optional.of("generation: " + request.getGeneration() + " (expected: > 0, or none)");
            } else if (request.getInfo().getId().getValue().isEmpty()) {
                error = Optional.of("generation: " + request.getGeneration() + " (expected: none without info.id)");
            }
        }
        return error.map(Status.INVALID_ARGUMENT::withDescription);
    }

    /** @param loop of the call */
    void commit(
            CommitRequest request, Optional<String> principal, Executor loop, StreamObserver<CommitResponse> observer) {
        Checked<Caller> caller = callers.caller(request.getIdentity(), principal);
        if (caller instanceof Checked.Passed<Caller> passed) {
            commits.commit(request, passed.value(), loop, observer);
        } else if (caller instanceof Checked.Refused<Caller> refused) {
            observer.onError(refused.status().asRuntimeException());
        }
    }

    /** @param translation of the request into Mesos' calls */
    <R> void call(
            Identity identity,
            Optional<String> principal,
            Function<FrameworkId, Checked<List<Call>>> translation,
            R response,
            StreamObserver<R> observer) {
        Checked<Caller> caller = callers.caller(identity, principal);
        Checked<List<Call>> calls = caller.then(who -> translation.apply(who.id()));
        if (calls instanceof Checked.Refused<List<Call>> refused) {
            observer.onError(refused.status().asRuntimeException());
        } else if (calls instanceof Checked.Passed<List<Call>> passed) {
            StateVersion generation = new StateVersion(identity.getGeneration());
            api.callOverRpc(passed.value(), generation, answer -> answer(answer, response, observer));
        }
    }

    private static <R> void answer(CallAnswer answer, R response, StreamObserver<R> observer) {
        Status status = status(answer);
        if (status.isOk()) {
            observer.onNext(response);
            observer.onCompleted();
        } else {
            observer.onError(status.asRuntimeException());
        }
    }

    private static Status status(CallAnswer answer) {
        Status status = switch (answer.kind()) {
            case ACCEPTED, OK -> Status.OK;
            case INVALID -> Status.INVALID_ARGUMENT;
            case STRANGE -> Status.NOT_FOUND;
            case FORBIDDEN, DISCONNECTED -> Status.FAILED_PRECONDITION;
            case NOT_IMPLEMENTED -> Status.UNIMPLEMENTED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
            case TOO_MANY -> Status.RESOURCE_EXHAUSTED;
        };
        return status.isOk() ? status : status.withDescription(answer.message());
    }
}
