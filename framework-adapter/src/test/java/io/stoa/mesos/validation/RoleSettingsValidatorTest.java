package io.stoa.mesos.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.Conflict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.apache.mesos.v1.quota.Protos.QuotaRequest;
import org.junit.jupiter.api.Test;

/** The texts are those of a real Mesos, recorded where it could be made to say them. */
class RoleSettingsValidatorTest {

    @Test
    void weightsArePositiveAndOfRoles() {
        assertThat(weight("team", -2))
                .contains("Failed to validate update weights request JSON for role 'team': Invalid weight '-2': Weights"
                        + " must be positive");
        assertThat(weight("team", Double.NaN)).isPresent();
        assertThat(weight("team", Double.POSITIVE_INFINITY))
                .contains(
                        "Failed to validate update weights request JSON for role 'team': Invalid weight 'inf': Weights"
                                + " must be finite");
        assertThat(weight("a b", 1))
                .contains("Failed to validate update weights request JSON: Invalid role 'a b': Role component 'a b' is"
                        + " invalid because it contains backspace or whitespace");
        assertThat(weight("", 1))
                .contains("Failed to validate update weights request JSON: Invalid role '': Role names cannot be the"
                        + " empty string");
        assertThat(weight("stranger", 1))
                .contains("Failed to validate update weights request JSON: Unknown role 'stranger'");
        assertThat(weight(" team ", 2.5)).isEmpty();
        assertThat(weight("*", 2.5)).isEmpty();
        assertThat(WeightValidator.weights(List.of(info(" team ", 2.5)))).isEqualTo(Map.of("team", 2.5));
    }

    private static Optional<String> weight(String role, double weight) {
        return WeightValidator.invalidity(List.of(info(role, weight)), Set.of("team", "a b"));
    }

    private static WeightInfo info(String role, double weight) {
        return WeightInfo.newBuilder().setRole(role).setWeight(weight).build();
    }

    @Test
    void guaranteesAreWithinLimits() {
        assertThat(update(config("team", Map.of("cpus", 5.0), Map.of("cpus", 3.0))))
                .contains("Invalid QuotaConfig: 'QuotaConfig.guarantees' { cpus: 5 } is not contained within the"
                        + " 'QuotaConfig.limits' { cpus: 3 }");
        assertThat(update(config("team", Map.of("cpus", 5.0), Map.of("mem", 3.0))))
                .isEmpty();
    }

    @Test
    void amountsAreFiniteNumbersThatHostsCouldHave() {
        assertThat(update(config("team", Map.of("cpus", -1.0), Map.of())))
                .contains("Invalid QuotaConfig: Invalid guarantee configuration {'cpus': -1}: Negative values not"
                        + " supported");
        assertThat(update(config("team", Map.of(), Map.of("cpus", Double.NaN))))
                .contains("Invalid QuotaConfig: Invalid limit configuration {'cpus': nan}: NaN not supported");
        assertThat(update(config("team", Map.of(), Map.of("mem", 1099511627777.0))))
                .contains("Invalid QuotaConfig: Invalid 'QuotaConfig.limits': {'mem': 1099511627777} is invalid: values"
                        + " greater than 1 exabyte (1099511627776) are not supported");
        assertThat(update(config("team", Map.of("cpus", 1000000000001.0), Map.of())))
                .contains("Invalid QuotaConfig: Invalid 'QuotaConfig.guarantees': {'cpus': 1000000000001} is invalid:"
                        + " values greater than 1 trillion (1000000000000) are not supported");
    }

    @Test
    void onlyKnownRolesAtTheTopHaveQuotas() {
        assertThat(update(config("eng/web", Map.of(), Map.of())))
                .contains("Updating quota on nested role 'eng/web' is not supported yet");
        assertThat(QuotaValidator.invalidity(List.of(config("x", Map.of(), Map.of())), Set.of("team")))
                .contains("Invalid QuotaConfig: 'x' is not on the roles whitelist");
        assertThat(update(config("", Map.of(), Map.of())))
                .contains("Invalid QuotaConfig: Invalid 'QuotaConfig.role': Role names cannot be the empty string");
        assertThat(update(QuotaConfig.getDefaultInstance()))
                .contains("Invalid QuotaConfig: 'QuotaConfig.role' must be set");
        assertThat(update(config("*", Map.of(), Map.of()))).isEmpty();
    }

    @Test
    void quotasAreReadInThousandths() {
        assertThat(QuotaValidator.quotas(List.of(config("team", Map.of("cpus", 0.1, "mem", 0.0), Map.of("gpus", 0.0))))
                        .get("team"))
                .hasToString("Quota[guarantees=cpus:0.1, limits=gpus:0]");
    }

    private static Optional<String> update(QuotaConfig config) {
        return QuotaValidator.invalidity(List.of(config), Set.of());
    }

    private static QuotaConfig config(String role, Map<String, Double> guarantees, Map<String, Double> limits) {
        QuotaConfig.Builder config = QuotaConfig.newBuilder().setRole(role);
        guarantees.forEach((name, amount) -> config.putGuarantees(name, scalar(amount)));
        limits.forEach((name, amount) -> config.putLimits(name, scalar(amount)));
        return config.build();
    }

    private static Value.Scalar scalar(double value) {
        return Value.Scalar.newBuilder().setValue(value).build();
    }

    @Test
    void anOldQuotaIsOneOfPlainScalars() {
        assertThat(set("", "")).contains(invalid("QuotaInfo with invalid role: Role names cannot be the empty string"));
        assertThat(set("x", "")).contains(invalid("QuotaInfo with empty 'guarantee'"));
        assertThat(set("x", "cpus(a):1")).contains(invalid("QuotaInfo must not contain any ReservationInfo"));
        assertThat(set("x", "ports:[1-2]")).contains(invalid("QuotaInfo must not include non-scalar resources"));
        assertThat(set("x/y", "cpus:1")).contains("Setting quota on nested role 'x/y' is not supported yet");
        assertThat(set("x", "cpus:1;mem:2")).isEmpty();
        QuotaRequest twice = request("x", "cpus:1").toBuilder()
                .addAllGuarantee(Resources.parse("cpus:2").toProto())
                .build();
        assertThat(QuotaValidator.invalidity(twice, Set.of()))
                .contains(invalid("QuotaInfo contains duplicate resource name 'cpus'"));
    }

    @Test
    void whatAnOldQuotaGuaranteesIsItsLimitToo() {
        assertThat(QuotaValidator.quota(request("x", "cpus:1.5;mem:2")))
                .hasToString("Quota[guarantees=cpus:1.5; mem:2, limits=cpus:1.5; mem:2]");
    }

    private static Optional<String> set(String role, String guarantee) {
        return QuotaValidator.invalidity(request(role, guarantee), Set.of());
    }

    private static QuotaRequest request(String role, String guarantee) {
        QuotaRequest.Builder request = QuotaRequest.newBuilder().setRole(role);
        return guarantee.isEmpty()
                ? request.build()
                : request.addAllGuarantee(Resources.parse(guarantee).toProto()).build();
    }

    private static String invalid(String text) {
        return "Failed to validate set quota request: " + text;
    }

    @Test
    void refusalsSayWhatThereIs() {
        ResourceQuantities guarantees = ResourceQuantities.of(Map.of("cpus", 1_001_000L, "mem", 100_000L));
        ResourceQuantities capacity = ResourceQuantities.of(Map.of("cpus", 8_000L, "disk", 1L));
        Conflict overcommit = new Conflict.GuaranteesOvercommit(guarantees, capacity);

        assertThat(QuotaValidator.updateRefusal(overcommit))
                .isEqualTo("Invalid QuotaConfig: total quota guarantees 'cpus:1001; mem:100' exceed cluster capacity"
                        + " 'cpus:8; disk:0.001' (use 'force' flag to bypass this check)");
        assertThat(QuotaValidator.setRefusal(overcommit))
                .isEqualTo("Quota guarantees overcommit the cluster (use 'force' to bypass this check): Total quota"
                        + " guarantees 'cpus:1001; mem:100' exceed cluster capacity 'cpus:8; disk:0.001'");
        assertThat(QuotaValidator.updateRefusal(new Conflict.LimitsBelowConsumption(
                        "team", guarantees, ResourceLimits.of(Map.of("cpus", 10L)))))
                .isEqualTo("Invalid QuotaConfig: Role 'team' is already consuming 'cpus:1001; mem:100'; this is more"
                        + " than the requested limits 'cpus:0.01' (use 'force' flag to bypass this check)");
        assertThat(QuotaValidator.setRefusal(new Conflict.QuotaExists("team")))
                .isEqualTo("Failed to validate set quota request: Cannot set quota for role 'team' which already has"
                        + " quota");
        assertThat(QuotaValidator.removeRefusal(new Conflict.NoQuota("x"), Optional.of("/master/quota/x")))
                .isEqualTo("Failed to remove quota for path '/master/quota/x': Role 'x' has no quota set");
        assertThat(QuotaValidator.removeRefusal(new Conflict.NoQuota("x"), Optional.empty()))
                .isEqualTo("Failed to remove quota: Role 'x' has no quota set");
    }
}
