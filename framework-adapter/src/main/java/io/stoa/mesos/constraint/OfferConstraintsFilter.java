package io.stoa.mesos.constraint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints.RoleConstraints;

/**
 * Of which agents a framework wants offers: in each role of those that pass all tests of one of the role's groups.
 * Roles without constraints want all. As in Mesos 1.11 constraints may name roles the framework is not in.
 */
public final class OfferConstraintsFilter {

    /** No constraints. */
    public static final OfferConstraintsFilter NONE = of(OfferConstraints.getDefaultInstance(), RegexLimits.DEFAULTS);

    private final OfferConstraints constraints;
    private final Map<String, List<List<AttributeTest>>> groupsByRole = new HashMap<>();

    private OfferConstraintsFilter(OfferConstraints constraints) {
        this.constraints = constraints;
    }

    /** What is wrong with them, in Mesos' words. */
    public static Optional<String> invalidity(OfferConstraints constraints, RegexLimits limits) {
        try {
            of(constraints, limits);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** @throws IllegalArgumentException as {@link #invalidity} */
    public static OfferConstraintsFilter of(OfferConstraints constraints, RegexLimits limits) {
        OfferConstraintsFilter filter = new OfferConstraintsFilter(constraints);
        constraints
                .getRoleConstraintsMap()
                .forEach((role, groups) -> filter.groupsByRole.put(role, groups(role, groups, limits)));
        return filter;
    }

    private static List<List<AttributeTest>> groups(String role, RoleConstraints constraints, RegexLimits limits) {
        if (constraints.getGroupsCount() == 0) {
            throw new IllegalArgumentException(
                    "'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role " + role);
        }
        List<List<AttributeTest>> groups = new ArrayList<>();
        for (RoleConstraints.Group group : constraints.getGroupsList()) {
            if (group.getAttributeConstraintsCount() == 0) {
                // Without a space behind the role, as in Mesos.
                throw new IllegalArgumentException("'OfferConstraints::RoleConstraints::groups' for role " + role
                        + "contains an empty RoleConstraints::Group");
            }
            groups.add(group.getAttributeConstraintsList().stream()
                    .map(constraint -> test(role, constraint, limits))
                    .toList());
        }
        return groups;
    }

    private static AttributeTest test(String role, AttributeConstraint constraint, RegexLimits limits) {
        try {
            return AttributeTest.of(constraint, limits);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "A role " + role + " has an invalid 'AttributeConstraint': " + e.getMessage(), e);
        }
    }

    /** As they were sent. */
    public OfferConstraints constraints() {
        return constraints;
    }

    /** Whether the role wants no offers of this agent, whatever is free on it. */
    public boolean excludes(String role, AgentInfo agent) {
        List<List<AttributeTest>> groups = groupsByRole.get(role);
        if (groups == null) {
            return false;
        }
        for (List<AttributeTest> group : groups) {
            if (passesAll(group, agent)) {
                return false;
            }
        }
        return true;
    }

    private static boolean passesAll(List<AttributeTest> group, AgentInfo agent) {
        for (AttributeTest test : group) {
            if (!test.passes(agent)) {
                return false;
            }
        }
        return true;
    }
}
