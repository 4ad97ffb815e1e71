package io.stoa.master.operator;

import io.stoa.http.HttpResponse;
import io.stoa.mesos.validation.QuotaValidator;
import io.stoa.mesos.validation.WeightValidator;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.apache.mesos.v1.quota.Protos.QuotaInfo;
import org.apache.mesos.v1.quota.Protos.QuotaRequest;
import org.apache.mesos.v1.quota.Protos.QuotaStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Weights and quotas of roles, as operators see and change them. A change is answered when it is durable. */
public final class RoleDesk {

    private static final Logger LOG = LoggerFactory.getLogger(RoleDesk.class);

    private final Commits commits;
    private final Set<String> allowedRoles;

    public RoleDesk(OperatorContext context) {
        commits = new Commits(context.state());
        allowedRoles = context.facts().allowedRoles();
    }

    private RoleSettings settings() {
        return commits.snapshot().roleSettings();
    }

    /** Sorted by role. */
    public List<WeightInfo> weights() {
        List<WeightInfo> weights = new ArrayList<>();
        settings()
                .weights()
                .forEach((role, weight) -> weights.add(
                        WeightInfo.newBuilder().setRole(role).setWeight(weight).build()));
        return weights;
    }

    public CompletableFuture<HttpResponse> update(List<WeightInfo> weights) {
        Optional<String> error = WeightValidator.invalidity(weights, allowedRoles);
        if (error.isPresent()) {
            return Commits.refused(400, error.get());
        }
        if (weights.isEmpty()) {
            return CompletableFuture.completedFuture(HttpResponse.empty(200));
        }
        LOG.info("operator sets weights={}", WeightValidator.weights(weights));
        return commits.commit(
                new StateMutation.UpdateWeights(WeightValidator.weights(weights)),
                200,
                conflict -> HttpResponse.text(400, conflict.toString()));
    }

    /** Sorted by role, in the form of old and in that of now. */
    @SuppressWarnings("deprecation") // Mesos shows both, too.
    public QuotaStatus quotas() {
        QuotaStatus.Builder status = QuotaStatus.newBuilder();
        settings().quotas().forEach((role, quota) -> {
            status.addInfos(info(role, quota));
            status.addConfigs(QuotaConfig.newBuilder()
                    .setRole(role)
                    .putAllGuarantees(scalars(quota.guarantees().toMap()))
                    .putAllLimits(scalars(quota.limits().milliByName())));
        });
        return status.build();
    }

    private static QuotaInfo info(String role, Quota quota) {
        QuotaInfo.Builder info = QuotaInfo.newBuilder().setRole(role);
        quota.guarantees()
                .forEach((name, milli) -> info.addGuarantee(Resource.newBuilder()
                        .setName(name)
                        .setType(Value.Type.SCALAR)
                        .setScalar(scalar(milli))));
        return info.build();
    }

    private static Map<String, Value.Scalar> scalars(Map<String, Long> milli) {
        Map<String, Value.Scalar> scalars = new LinkedHashMap<>();
        milli.forEach((name, amount) -> scalars.put(name, scalar(amount)));
        return scalars;
    }

    private static Value.Scalar scalar(long milli) {
        return Value.Scalar.newBuilder().setValue(milli / 1000.0).build();
    }

    public CompletableFuture<HttpResponse> update(List<QuotaConfig> configs, boolean force) {
        Optional<String> error = QuotaValidator.invalidity(configs, allowedRoles);
        if (error.isPresent()) {
            return Commits.refused(400, error.get());
        }
        LOG.info("operator sets quotas={} force={}", QuotaValidator.quotas(configs), force);
        return commits.commit(
                new StateMutation.UpdateQuotas(QuotaValidator.quotas(configs), force),
                200,
                conflict -> HttpResponse.text(400, QuotaValidator.updateRefusal(conflict)));
    }

    public CompletableFuture<HttpResponse> set(QuotaRequest request) {
        Optional<String> error = QuotaValidator.invalidity(request, allowedRoles);
        if (error.isPresent()) {
            return Commits.refused(400, error.get());
        }
        Quota quota = QuotaValidator.quota(request);
        LOG.info("operator sets quota role={} quota={} force={}", request.getRole(), quota, request.getForce());
        return commits.commit(
                new StateMutation.SetQuota(request.getRole(), quota, request.getForce()),
                200,
                conflict -> HttpResponse.text(
                        conflict instanceof Conflict.GuaranteesOvercommit ? 409 : 400,
                        QuotaValidator.setRefusal(conflict)));
    }

    /** @param path of the DELETE; empty for a call */
    public CompletableFuture<HttpResponse> remove(String role, Optional<String> path) {
        LOG.info("operator removes quota role={}", role);
        Function<Conflict, HttpResponse> refusal = conflict -> HttpResponse.text(
                400,
                conflict instanceof Conflict.NoQuota none
                        ? QuotaValidator.removeRefusal(none, path)
                        : conflict.toString());
        return commits.commit(new StateMutation.RemoveQuota(role), 200, refusal);
    }
}
