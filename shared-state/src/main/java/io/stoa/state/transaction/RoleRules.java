package io.stoa.state.transaction;

import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Roles;
import io.stoa.state.transaction.StateChange.QuotaUpdated;
import io.stoa.state.transaction.StateChange.WeightsUpdated;
import io.stoa.state.transaction.StateMutation.RemoveQuota;
import io.stoa.state.transaction.StateMutation.SetQuota;
import io.stoa.state.transaction.StateMutation.UpdateQuotas;
import io.stoa.state.transaction.StateMutation.UpdateWeights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which weights and quotas roles may be given: Mesos' rules, in Mesos' order. */
final class RoleRules {

    private RoleRules() {}

    static Verdict decide(RoleSettings settings, UpdateWeights update) {
        SortedMap<String, Double> changed = new TreeMap<>();
        for (Map.Entry<String, Double> entry : update.weights().entrySet()) {
            String role = entry.getKey();
            double weight = entry.getValue();
            Optional<String> invalidity = Roles.invalidity(role);
            if (invalidity.isPresent()) {
                return Verdict.refused(new Conflict.Invalid(invalidity.get()));
            }
            if (!(weight > 0) || Double.isInfinite(weight)) {
                return Verdict.refused(
                        new Conflict.Invalid("weight of " + role + ": " + weight + " (expected: > 0 and finite)"));
            }
            if (!settings.hasWeight(role) || settings.weight(role) != weight) {
                changed.put(role, weight);
            }
        }
        return Verdict.of(changed.isEmpty() ? List.of() : List.of(new WeightsUpdated(changed)));
    }

    static Verdict decide(ClusterState state, UpdateQuotas update) {
        Conflict invalid = invalid(update.quotas().keySet());
        if (invalid == null && !update.force()) {
            invalid = belowConsumption(state, update.quotas());
        }
        if (invalid != null) {
            return Verdict.refused(invalid);
        }
        RoleSettings after = state.roleSettings();
        List<StateChange> changes = new ArrayList<>();
        for (Map.Entry<String, Quota> quota : update.quotas().entrySet()) {
            after = after.withQuota(quota.getKey(), Optional.of(quota.getValue()));
            changes.add(new QuotaUpdated(quota.getKey(), Optional.of(quota.getValue())));
        }
        Conflict overcommit = update.force() ? null : overcommit(state, after);
        return overcommit == null ? Verdict.of(changes) : Verdict.refused(overcommit);
    }

    static Verdict decide(ClusterState state, SetQuota set) {
        Conflict invalid = invalid(List.of(set.role()));
        if (invalid != null) {
            return Verdict.refused(invalid);
        }
        if (state.roleSettings().hasQuota(set.role())) {
            return Verdict.refused(new Conflict.QuotaExists(set.role()));
        }
        Optional<Quota> quota = Optional.of(set.quota());
        Conflict overcommit =
                set.force() ? null : overcommit(state, state.roleSettings().withQuota(set.role(), quota));
        return overcommit == null
                ? Verdict.of(List.of(new QuotaUpdated(set.role(), quota)))
                : Verdict.refused(overcommit);
    }

    static Verdict decide(RoleSettings settings, RemoveQuota remove) {
        return settings.hasQuota(remove.role())
                ? Verdict.of(List.of(new QuotaUpdated(remove.role(), Optional.empty())))
                : Verdict.refused(new Conflict.NoQuota(remove.role()));
    }

    private static @Nullable Conflict invalid(Collection<String> roles) {
        for (String role : roles) {
            Optional<String> invalidity = Roles.invalidity(role);
            if (invalidity.isPresent()) {
                return new Conflict.Invalid(invalidity.get());
            }
            if (!Roles.isTopLevel(role)) {
                return new Conflict.Invalid("role of a quota: " + role + " (expected: one at the top)");
            }
        }
        return null;
    }

    private static @Nullable Conflict belowConsumption(ClusterState state, SortedMap<String, Quota> quotas) {
        for (Map.Entry<String, Quota> quota : quotas.entrySet()) {
            ResourceLimits limits = quota.getValue().limits();
            ResourceQuantities consumed = state.roleSums().usage(quota.getKey()).consumed();
            if (!limits.contains(consumed)) {
                return new Conflict.LimitsBelowConsumption(quota.getKey(), consumed, limits);
            }
        }
        return null;
    }

    private static @Nullable Conflict overcommit(ClusterState state, RoleSettings after) {
        ResourceQuantities capacity = state.roleSums().capacity();
        return capacity.contains(after.guarantees())
                ? null
                : new Conflict.GuaranteesOvercommit(after.guarantees(), capacity);
    }
}
