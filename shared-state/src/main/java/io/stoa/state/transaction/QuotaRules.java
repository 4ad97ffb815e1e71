package io.stoa.state.transaction;

import io.stoa.state.model.ClusterState;
import io.stoa.state.model.RoleSums;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether quotas let a role have more. Costs a look at the role and its ancestors, whatever the size of the cluster.
 *
 * <p>Limits hold for everybody: an offer within them may be accepted when they have been lowered, or when somebody else
 * has taken what was left. What is promised to others is held back from offers by whoever makes them, so it is checked
 * only for those who need no offer.
 */
final class QuotaRules {

    private final ClusterState state;
    private final RoleSums sums;
    private final boolean guarded;

    /** @param guarded true where what is promised to other roles must be left for them */
    QuotaRules(ClusterState state, boolean guarded) {
        this.state = state;
        this.sums = state.roleSums();
        this.guarded = guarded;
    }

    /** @param claimed by the role; what is reserved for it counts already */
    @Nullable
    Conflict ofClaim(String role, Resources claimed) {
        return state.roleSettings().hasQuotas() ? decide(Roles.lineage(role), claimed.quotaQuantities()) : null;
    }

    private @Nullable Conflict decide(List<String> lineage, ResourceQuantities wanted) {
        for (String role : lineage) {
            Conflict conflict = decide(role, wanted);
            if (conflict != null) {
                return conflict;
            }
        }
        return null;
    }

    /** What becomes reserved for a role is had by it. */
    @Nullable
    Conflict ofConversions(List<Conversion> conversions) {
        if (!state.roleSettings().hasQuotas()) {
            return null;
        }
        Set<String> roles = new TreeSet<>();
        for (Conversion conversion : conversions) {
            conversion.converted().reservations().keySet().forEach(role -> roles.addAll(Roles.lineage(role)));
        }
        for (String role : roles) {
            ResourceQuantities reserved = ResourceQuantities.EMPTY;
            ResourceQuantities given = ResourceQuantities.EMPTY;
            for (Conversion conversion : conversions) {
                reserved = reserved.plus(reservedFor(role, conversion.converted()));
                given = given.plus(reservedFor(role, conversion.consumed()));
            }
            Conflict conflict = decide(role, reserved.minus(given));
            if (conflict != null) {
                return conflict;
            }
        }
        return null;
    }

    private static ResourceQuantities reservedFor(String role, Resources resources) {
        ResourceQuantities sum = ResourceQuantities.EMPTY;
        for (var reserved : resources.reservations().entrySet()) {
            if (Roles.isWithin(reserved.getKey(), role)) {
                sum = sum.plus(reserved.getValue().scalars().quantities());
            }
        }
        return sum;
    }

    private @Nullable Conflict decide(String role, ResourceQuantities wanted) {
        ResourceLimits limits = state.roleSettings().quota(role).limits();
        if (!limits.isEmpty()) {
            ResourceQuantities consumed = sums.consumed(role);
            if (!wanted.isWithin(name -> limits.leftMilli(name, consumed))) {
                return new Conflict.QuotaLimitExceeded(role, wanted, consumed, limits);
            }
        }
        if (!guarded || !Roles.isTopLevel(role)) {
            return null;
        }
        ResourceQuantities own = sums.owed(role);
        ResourceQuantities forOthers = sums.owed().minus(own);
        if (forOthers.isEmpty()) {
            return null;
        }
        // Where more is promised than there is, each role may still take what it is promised itself.
        ResourceQuantities headroom = sums.free().minus(forOthers);
        return wanted.isWithin(name -> Math.max(headroom.milli(name), own.milli(name)))
                ? null
                : new Conflict.GuaranteeOfOthers(role, wanted, headroom);
    }
}
