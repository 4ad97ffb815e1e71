package io.stoa.master.operator.v1;

import com.google.protobuf.Duration;
import io.stoa.http.HttpResponse;
import io.stoa.master.operator.ActivationDesk;
import io.stoa.master.operator.OperatorContext;
import io.stoa.state.model.AgentId;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.master.Protos.Call;

/** The calls that say whether agents take new work. */
final class ActivationCalls {

    private static final long NANOS_PER_S = 1_000_000_000;

    private final ActivationDesk desk;

    ActivationCalls(OperatorContext context) {
        desk = new ActivationDesk(context);
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.DEACTIVATE_AGENT,
                (call, form) -> new CallAnswer.Said(
                        desk.deactivate(id(call.getDeactivateAgent().getAgentId()))),
                Call.Type.DRAIN_AGENT,
                (call, form) -> new CallAnswer.Said(drain(call.getDrainAgent())),
                Call.Type.REACTIVATE_AGENT,
                (call, form) -> new CallAnswer.Said(
                        desk.reactivate(id(call.getReactivateAgent().getAgentId()))));
    }

    private CompletableFuture<HttpResponse> drain(Call.DrainAgent call) {
        Duration most = call.getMaxGracePeriod();
        if (most.getSeconds() < 0
                || most.getNanos() < 0
                || most.getNanos() >= NANOS_PER_S
                || most.getSeconds() >= Long.MAX_VALUE / NANOS_PER_S) {
            return CompletableFuture.completedFuture(HttpResponse.text(
                    400,
                    "max_grace_period: " + most.getSeconds() + " s and " + most.getNanos()
                            + " ns (expected: 0 s to 292 years, with 0 to 999999999 ns)"));
        }
        OptionalLong maxGraceNs = call.hasMaxGracePeriod()
                ? OptionalLong.of(most.getSeconds() * NANOS_PER_S + most.getNanos())
                : OptionalLong.empty();
        return desk.drain(id(call.getAgentId()), maxGraceNs, call.getMarkGone());
    }

    private static AgentId id(AgentID id) {
        return new AgentId(id.getValue());
    }
}
