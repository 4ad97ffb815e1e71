package io.stoa.rpc.entity;

import io.stoa.proto.v1.Quantities;
import io.stoa.proto.v1.Role;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.resources.ResourceQuantities;
import java.util.Map;

/** Roles and amounts as messages. */
public final class RoleMessages {

    private static final double MILLI = 1_000;

    private RoleMessages() {}

    /** What operators have said of a role. */
    public static Role whole(String role, RoleSettings settings) {
        return message(role, settings).build();
    }

    /** With what is in lists and descriptions only. */
    public static Role described(String role, RoleSettings settings, ResourceQuantities consumed) {
        return message(role, settings).setConsumed(quantities(consumed)).build();
    }

    private static Role.Builder message(String role, RoleSettings settings) {
        Quota quota = settings.quota(role);
        return Role.newBuilder()
                .setRole(role)
                .setWeight(settings.weight(role))
                .setGuarantees(quantities(quota.guarantees()))
                .setLimits(quantities(quota.limits().milliByName()));
    }

    public static Quantities quantities(ResourceQuantities quantities) {
        return quantities(quantities.toMap());
    }

    /** @param milliByName thousandths by name */
    public static Quantities quantities(Map<String, Long> milliByName) {
        Quantities.Builder message = Quantities.newBuilder();
        milliByName.forEach((name, milli) -> message.putAmounts(name, milli / MILLI));
        return message.build();
    }
}
