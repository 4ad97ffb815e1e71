package io.stoa.master.operator.v1;

import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.RemovalDesk;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import java.util.Map;
import org.apache.mesos.v1.master.Protos.Call;

/** The calls that end frameworks and give up agents. */
final class RemovalCalls {

    private final RemovalDesk desk;

    RemovalCalls(OperatorContext context) {
        desk = new RemovalDesk(context);
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.TEARDOWN,
                (call, form) -> new CallAnswer.Said(desk.tearDown(
                        new FrameworkId(call.getTeardown().getFrameworkId().getValue()))),
                Call.Type.MARK_AGENT_GONE,
                (call, form) -> new CallAnswer.Said(desk.markGone(
                        new AgentId(call.getMarkAgentGone().getAgentId().getValue()))));
    }
}
