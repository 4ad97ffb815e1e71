package io.stoa.mesos.validation;

import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import io.stoa.state.transaction.Conflict;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.apache.mesos.v1.quota.Protos.QuotaRequest;

/** What operators may say of quotas: UPDATE_QUOTA, and the older SET_QUOTA and REMOVE_QUOTA. */
public final class QuotaValidator {

    private static final double EXABYTE_MB = 1024.0 * 1024 * 1024 * 1024;
    private static final double TRILLION = 1e12;
    private static final int MILLI = 1000;

    private QuotaValidator() {}

    /**
     * What is wrong with an UPDATE_QUOTA, as far as it can be told without the state.
     *
     * @param allowedRoles the only ones there may be; empty for all
     */
    public static Optional<String> invalidity(List<QuotaConfig> configs, Set<String> allowedRoles) {
        for (QuotaConfig config : configs) {
            String role = config.getRole();
            if (!isAllowed(role, allowedRoles)) {
                return Optional.of("Invalid QuotaConfig: '" + role + "' is not on the roles whitelist");
            }
            if (!Roles.isTopLevel(role)) {
                return Optional.of("Updating quota on nested role '" + role + "' is not supported yet");
            }
            Optional<String> error = invalidity(config);
            if (error.isPresent()) {
                return error.map(text -> "Invalid QuotaConfig: " + text);
            }
        }
        return Optional.empty();
    }

    static boolean isAllowed(String role, Set<String> allowedRoles) {
        return allowedRoles.isEmpty() || allowedRoles.contains(role) || role.equals(Roles.UNRESERVED);
    }

    private static Optional<String> invalidity(QuotaConfig config) {
        if (!config.hasRole()) {
            return Optional.of("'QuotaConfig.role' must be set");
        }
        Map<String, Value.Scalar> guarantees = new TreeMap<>(config.getGuaranteesMap());
        Map<String, Value.Scalar> limits = new TreeMap<>(config.getLimitsMap());
        return Roles.invalidity(config.getRole())
                .map(error -> "Invalid 'QuotaConfig.role': " + error)
                .or(() -> tooLarge(guarantees).map(error -> "Invalid 'QuotaConfig.guarantees': " + error))
                .or(() -> tooLarge(limits).map(error -> "Invalid 'QuotaConfig.limits': " + error))
                .or(() -> malformed(guarantees, "guarantee"))
                .or(() -> malformed(limits, "limit"))
                .or(() -> limits(config).contains(guarantees(config))
                        ? Optional.empty()
                        : Optional.of("'QuotaConfig.guarantees' " + braces(guarantees)
                                + " is not contained within the 'QuotaConfig.limits' " + braces(limits)));
    }

    private static Optional<String> tooLarge(Map<String, Value.Scalar> amounts) {
        for (Map.Entry<String, Value.Scalar> amount : amounts.entrySet()) {
            String name = amount.getKey();
            boolean megabytes = name.equals("mem") || name.equals("disk");
            double most = megabytes ? EXABYTE_MB : TRILLION;
            if (amount.getValue().getValue() > most) {
                return Optional.of(named(amount) + " is invalid: values greater than 1 "
                        + (megabytes ? "exabyte" : "trillion") + " (" + (long) most + ") are not supported");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> malformed(Map<String, Value.Scalar> amounts, String kind) {
        for (Map.Entry<String, Value.Scalar> amount : amounts.entrySet()) {
            Optional<String> error =
                    MesosNumbers.scalarInvalidity(amount.getValue().getValue());
            if (error.isPresent()) {
                return Optional.of("Invalid " + kind + " configuration " + named(amount) + ": " + error.get());
            }
        }
        return Optional.empty();
    }

    private static String named(Map.Entry<String, Value.Scalar> amount) {
        return "{'" + amount.getKey() + "': "
                + MesosNumbers.printScalar(amount.getValue().getValue()) + "}";
    }

    private static String braces(Map<String, Value.Scalar> amounts) {
        return amounts.entrySet().stream()
                .map(amount -> amount.getKey() + ": "
                        + MesosNumbers.printScalar(amount.getValue().getValue()))
                .collect(Collectors.joining(", ", "{ ", " }"));
    }

    /** The quotas by role that a valid UPDATE_QUOTA asks for; of a role that is named twice, the last one. */
    public static SortedMap<String, Quota> quotas(Collection<QuotaConfig> configs) {
        SortedMap<String, Quota> quotas = new TreeMap<>();
        configs.forEach(config -> quotas.put(config.getRole(), new Quota(guarantees(config), limits(config))));
        return quotas;
    }

    private static ResourceQuantities guarantees(QuotaConfig config) {
        return ResourceQuantities.of(milli(config.getGuaranteesMap()));
    }

    private static ResourceLimits limits(QuotaConfig config) {
        return ResourceLimits.of(milli(config.getLimitsMap()));
    }

    private static Map<String, Long> milli(Map<String, Value.Scalar> amounts) {
        return amounts.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        amount -> Math.round(amount.getValue().getValue() * MILLI)));
    }

    /**
     * What is wrong with a SET_QUOTA, as far as it can be told without the state.
     *
     * @param allowedRoles the only ones there may be; empty for all
     */
    public static Optional<String> invalidity(QuotaRequest request, Set<String> allowedRoles) {
        return resourceInvalidity(request.getGuaranteeList())
                .map(error -> "QuotaInfo with invalid resource: " + error)
                .or(() -> Roles.invalidity(request.getRole()).map(error -> "QuotaInfo with invalid role: " + error))
                .or(() -> guaranteeInvalidity(request.getGuaranteeList()))
                .or(() -> isAllowed(request.getRole(), allowedRoles)
                        ? Optional.empty()
                        : Optional.of("Unknown role '" + request.getRole() + "'"))
                .map(error -> "Failed to validate set quota request: " + error)
                .or(() -> Roles.isTopLevel(request.getRole())
                        ? Optional.empty()
                        : Optional.of("Setting quota on nested role '" + request.getRole() + "' is not supported yet"));
    }

    private static Optional<String> resourceInvalidity(List<Resource> guarantee) {
        try {
            Resources.of(guarantee);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    private static Optional<String> guaranteeInvalidity(List<Resource> guarantee) {
        if (guarantee.isEmpty()) {
            return Optional.of("QuotaInfo with empty 'guarantee'");
        }
        Set<String> names = new HashSet<>();
        for (Resource resource : guarantee) {
            if (isReserved(resource)) {
                return Optional.of("QuotaInfo must not contain any ReservationInfo");
            }
            if (resource.hasDisk()) {
                return Optional.of("QuotaInfo must not contain DiskInfo");
            }
            if (resource.hasRevocable()) {
                return Optional.of("QuotaInfo must not contain RevocableInfo");
            }
            if (resource.getType() != Value.Type.SCALAR) {
                return Optional.of("QuotaInfo must not include non-scalar resources");
            }
            if (!names.add(resource.getName())) {
                return Optional.of("QuotaInfo contains duplicate resource name '" + resource.getName() + "'");
            }
        }
        return Optional.empty();
    }

    @SuppressWarnings("deprecation") // The old way to say a reservation is one.
    private static boolean isReserved(Resource resource) {
        return resource.getReservationsCount() > 0
                || resource.hasReservation()
                || !resource.getRole().equals(Roles.UNRESERVED);
    }

    /** The quota that a valid SET_QUOTA asks for: what it guarantees is the limit too. */
    public static Quota quota(QuotaRequest request) {
        Map<String, Long> milli = request.getGuaranteeList().stream()
                .collect(Collectors.toMap(
                        Resource::getName,
                        resource -> Math.round(resource.getScalar().getValue() * MILLI)));
        return new Quota(ResourceQuantities.of(milli), ResourceLimits.of(milli));
    }

    /** Why an UPDATE_QUOTA was not committed. */
    public static String updateRefusal(Conflict conflict) {
        if (conflict instanceof Conflict.LimitsBelowConsumption below) {
            return "Invalid QuotaConfig: Role '" + below.role() + "' is already consuming '" + below.consumed()
                    + "'; this is more than the requested limits '" + below.limits()
                    + "' (use 'force' flag to bypass this check)";
        }
        if (conflict instanceof Conflict.GuaranteesOvercommit overcommit) {
            return "Invalid QuotaConfig: total quota guarantees '" + overcommit.guarantees()
                    + "' exceed cluster capacity '" + overcommit.capacity()
                    + "' (use 'force' flag to bypass this check)";
        }
        return "Invalid QuotaConfig: " + conflict;
    }

    /** Why a SET_QUOTA was not committed; {@link Conflict.GuaranteesOvercommit} is answered with 409. */
    public static String setRefusal(Conflict conflict) {
        if (conflict instanceof Conflict.QuotaExists exists) {
            return "Failed to validate set quota request: Cannot set quota for role '" + exists.role()
                    + "' which already has quota";
        }
        if (conflict instanceof Conflict.GuaranteesOvercommit overcommit) {
            return "Quota guarantees overcommit the cluster (use 'force' to bypass this check):"
                    + " Total quota guarantees '" + overcommit.guarantees() + "' exceed cluster capacity '"
                    + overcommit.capacity() + "'";
        }
        return "Failed to validate set quota request: " + conflict;
    }

    /**
     * Why there is no quota to remove.
     *
     * @param path of a DELETE, {@code /master/quota/role}; empty for the call REMOVE_QUOTA
     */
    public static String removeRefusal(Conflict.NoQuota conflict, Optional<String> path) {
        return "Failed to remove quota"
                + path.map(text -> " for path '" + text + "'").orElse("") + ": Role '" + conflict.role()
                + "' has no quota set";
    }
}
