package io.stoa.master.operator.v1;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Locale;
import java.util.Optional;
import org.apache.mesos.v1.master.Protos.Call;

/** The rules for an operator's call that can be checked without knowing anything else. */
final class CallRules {

    private CallRules() {}

    /** What is wrong with it, in Mesos' words. */
    static Optional<String> invalidity(Call call) {
        if (!call.hasType()) {
            return missing("type");
        }
        // A type that says more has a message of its name.
        FieldDescriptor own =
                Call.getDescriptor().findFieldByName(call.getType().name().toLowerCase(Locale.ROOT));
        if (own != null && !call.hasField(own)) {
            return missing(own.getName());
        }
        boolean withoutAgent = (call.hasGrowVolume() && !call.getGrowVolume().hasAgentId())
                || (call.hasShrinkVolume() && !call.getShrinkVolume().hasAgentId());
        return withoutAgent
                ? Optional.of(
                        "Expecting 'agent_id' to be present; only agent default resources are supported right now")
                : Optional.empty();
    }

    private static Optional<String> missing(String field) {
        return Optional.of("Expecting '" + field + "' to be present");
    }
}
