package io.stoa.state.model;

import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who has what of the registered agents: immutable, follows from the rest of the state and is kept with it, so that
 * nobody has to count agents or tasks. A change costs as much as the roles that it names have ancestors.
 *
 * <p>Quotas are compared with {@link #consumed}, as Mesos' allocator does: what is reserved for a role, held or not,
 * and what of unreserved scalars is allocated to it; ports, sets and what is revocable do not count.
 */
public final class RoleSums {

    static final RoleSums NONE = new RoleSums(
            HashMap.empty(),
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY);

    /** Those about which there is something to say. */
    private final Map<String, RoleSum> roles;

    private final ResourceQuantities capacity;
    private final ResourceQuantities unreserved;
    private final ResourceQuantities used;
    private final ResourceQuantities owed;

    private RoleSums(
            Map<String, RoleSum> roles,
            ResourceQuantities capacity,
            ResourceQuantities unreserved,
            ResourceQuantities used,
            ResourceQuantities owed) {
        this.roles = roles;
        this.capacity = capacity;
        this.unreserved = unreserved;
        this.used = used;
        this.owed = owed;
    }

    /** What a role has together with everything below it. */
    public RoleUsage usage(String role) {
        RoleSum sum = sum(role);
        return RoleUsage.of(sum.allocated(), sum.reserved(), sum.held());
    }

    /** What counts against the quota of a role. */
    public ResourceQuantities consumed(String role) {
        return sum(role).consumed();
    }

    /** What the role is promised and has not got. */
    public ResourceQuantities owed(String role) {
        return sum(role).owed();
    }

    /** What all roles are promised and have not got. */
    public ResourceQuantities owed() {
        return owed;
    }

    /** All scalars but the revocable ones. */
    public ResourceQuantities capacity() {
        return capacity;
    }

    /** The unreserved scalars that nobody holds, but for the revocable ones. */
    public ResourceQuantities free() {
        return unreserved.minus(used);
    }

    private RoleSum sum(String role) {
        return roles.getOrElse(role, RoleSum.NOTHING);
    }

    /** An agent has something else than before. */
    RoleSums exchanged(Resources before, Resources after) {
        return before.equals(after) ? this : withTotal(before, -1).withTotal(after, 1);
    }

    private RoleSums withTotal(Resources total, int sign) {
        RoleSums sums = new RoleSums(
                roles,
                capacity.with(total.nonRevocable().scalars().quantities(), sign),
                unreserved.with(total.quotaQuantities(), sign),
                used,
                owed);
        if (total.isUnreserved()) {
            return sums;
        }
        for (java.util.Map.Entry<String, Resources> reserved :
                total.reservations().entrySet()) {
            ResourceQuantities all = reserved.getValue().quantities();
            ResourceQuantities scalars = reserved.getValue().scalars().quantities();
            sums = sums.changed(reserved.getKey(), sum -> sum.withReserved(all, scalars, sign));
        }
        return sums;
    }

    /**
     * A task or an executor has come to hold something, or gives it back.
     *
     * @param role to which it is allocated
     * @param sign 1 or -1
     */
    RoleSums withHeld(String role, Resources resources, int sign) {
        if (resources.isEmpty()) {
            return this;
        }
        ResourceQuantities all = resources.quantities();
        ResourceQuantities counting = resources.quotaQuantities();
        RoleSums sums = new RoleSums(roles, capacity, unreserved, used.with(counting, sign), owed)
                .changed(role, sum -> sum.withAllocated(all, counting, sign));
        if (resources.isUnreserved()) {
            return sums;
        }
        for (java.util.Map.Entry<String, Resources> reserved :
                resources.reservations().entrySet()) {
            ResourceQuantities held = reserved.getValue().quantities();
            sums = sums.changed(reserved.getKey(), sum -> sum.withHeld(held, sign));
        }
        return sums;
    }

    /** The role is promised something else. */
    RoleSums withGuarantees(String role, ResourceQuantities guarantees) {
        RoleSum before = sum(role);
        RoleSum after = before.withGuarantees(guarantees);
        return new RoleSums(
                put(roles, role, after),
                capacity,
                unreserved,
                used,
                owed.minus(before.owed()).plus(after.owed()));
    }

    private RoleSums changed(String role, UnaryOperator<RoleSum> change) {
        Map<String, RoleSum> newRoles = roles;
        ResourceQuantities newOwed = owed;
        for (String each : Roles.lineage(role)) {
            RoleSum before = sum(each);
            RoleSum after = change.apply(before);
            newRoles = put(newRoles, each, after);
            if (!before.guarantees().isEmpty()) {
                newOwed = newOwed.minus(before.owed()).plus(after.owed());
            }
        }
        return new RoleSums(newRoles, capacity, unreserved, used, newOwed);
    }

    private static Map<String, RoleSum> put(Map<String, RoleSum> roles, String role, RoleSum sum) {
        return sum.isEmpty() ? roles.remove(role) : roles.put(role, sum);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RoleSums sums
                        && roles.equals(sums.roles)
                        && capacity.equals(sums.capacity)
                        && unreserved.equals(sums.unreserved)
                        && used.equals(sums.used)
                        && owed.equals(sums.owed));
    }

    @Override
    public int hashCode() {
        return 31 * roles.hashCode() + used.hashCode();
    }

    @Override
    public String toString() {
        return "capacity " + capacity + ", unreserved " + unreserved + ", used " + used + ", owed " + owed + ", roles "
                + roles;
    }
}
