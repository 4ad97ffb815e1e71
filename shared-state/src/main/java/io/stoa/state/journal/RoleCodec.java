package io.stoa.state.journal;

import io.stoa.proto.journal.QuotaRecord;
import io.stoa.proto.journal.QuotaUpdated;
import io.stoa.proto.journal.RoleRecord;
import io.stoa.proto.journal.WeightsUpdated;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.transaction.StateChange;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Weights and quotas to records and back. */
final class RoleCodec {

    private RoleCodec() {}

    static WeightsUpdated encode(SortedMap<String, Double> weights) {
        return WeightsUpdated.newBuilder().putAllWeights(weights).build();
    }

    static SortedMap<String, Double> decode(WeightsUpdated record) {
        return new TreeMap<>(record.getWeightsMap());
    }

    static QuotaUpdated encode(StateChange.QuotaUpdated updated) {
        QuotaUpdated.Builder record = QuotaUpdated.newBuilder().setRole(updated.role());
        updated.quota().ifPresent(quota -> record.setQuota(encode(quota)));
        return record.build();
    }

    static StateChange decode(QuotaUpdated record) {
        return new StateChange.QuotaUpdated(
                record.getRole(), record.hasQuota() ? Optional.of(decode(record.getQuota())) : Optional.empty());
    }

    private static QuotaRecord encode(Quota quota) {
        return QuotaRecord.newBuilder()
                .putAllGuaranteesMilli(quota.guarantees().toMap())
                .putAllLimitsMilli(quota.limits().milliByName())
                .build();
    }

    private static Quota decode(QuotaRecord record) {
        return new Quota(
                ResourceQuantities.of(record.getGuaranteesMilliMap()), ResourceLimits.of(record.getLimitsMilliMap()));
    }

    /** The settings of one of {@link RoleSettings#roles}. */
    static RoleRecord encode(String role, RoleSettings settings) {
        RoleRecord.Builder record = RoleRecord.newBuilder().setRole(role);
        if (settings.hasWeight(role)) {
            record.setWeight(settings.weight(role));
        }
        if (settings.hasQuota(role)) {
            record.setQuota(encode(settings.quota(role)));
        }
        return record.build();
    }

    /** The state with what the record says. */
    static ClusterState decode(RoleRecord record, ClusterState before) {
        ClusterState state =
                record.getWeight() > 0 ? before.withWeights(Map.of(record.getRole(), record.getWeight())) : before;
        return record.hasQuota() ? state.withQuota(record.getRole(), Optional.of(decode(record.getQuota()))) : state;
    }
}
