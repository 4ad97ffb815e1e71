package io.stoa.mesos.validation;

import io.stoa.state.resources.Roles;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.WeightInfo;

/** What operators may say of the weights of roles. */
public final class WeightValidator {

    private WeightValidator() {}

    /** @param allowedRoles the only ones there may be; empty for all */
    public static Optional<String> invalidity(List<WeightInfo> weights, Set<String> allowedRoles) {
        for (WeightInfo info : weights) {
            String role = info.getRole().strip();
            Optional<String> error = Roles.invalidity(role)
                    .map(text -> ": Invalid role '" + role + "': " + text)
                    .or(() -> QuotaValidator.isAllowed(role, allowedRoles)
                            ? Optional.empty()
                            : Optional.of(": Unknown role '" + role + "'"))
                    .or(() -> isWeight(info.getWeight())
                            ? Optional.empty()
                            : Optional.of(" for role '" + role + "': Invalid weight '"
                                    + MesosNumbers.print(info.getWeight()) + "': Weights must be "
                                    + (info.getWeight() > 0 ? "finite" : "positive")));
            if (error.isPresent()) {
                return error.map(text -> "Failed to validate update weights request JSON" + text);
            }
        }
        return Optional.empty();
    }

    private static boolean isWeight(double weight) {
        return weight > 0 && !Double.isInfinite(weight);
    }

    /** By role; of a role that is named twice, the last one. */
    public static SortedMap<String, Double> weights(List<WeightInfo> valid) {
        SortedMap<String, Double> weights = new TreeMap<>();
        valid.forEach(info -> weights.put(info.getRole().strip(), info.getWeight()));
        return weights;
    }
}
