package io.stoa.master.operator.v1;

import java.util.Optional;
import org.apache.mesos.v1.master.Protos.Call;

/** The rules for an operator's call that can be checked without knowing anything else. */
final class CallRules {

    private CallRules() {}

    /** What is wrong with it, in Mesos' words. */
    static Optional<String> invalidity(Call call) {
        Optional<String> missing = io.stoa.http.call.CallRules.invalidity(call);
        boolean withoutAgent = (call.hasGrowVolume() && !call.getGrowVolume().hasAgentId())
                || (call.hasShrinkVolume() && !call.getShrinkVolume().hasAgentId());
        return missing.isPresent() || !withoutAgent
                ? missing
                : Optional.of(
                        "Expecting 'agent_id' to be present; only agent default resources are supported right now");
    }
}
