package io.stoa.state.model;

import io.stoa.state.resources.ResourceQuantities;

/**
 * The sums of one role with everything below it, on registered agents.
 *
 * @param allocated what its tasks and executors hold
 * @param counting the part of {@code allocated} that counts against its quota, since it was reserved for nobody
 * @param reserved what is reserved for it, held or not
 * @param reservedScalars the part of {@code reserved} that counts against its quota
 * @param held the part of {@code reserved} that tasks and executors hold, what is shared once for each of them
 * @param guarantees what it is promised
 */
record RoleSum(
        ResourceQuantities allocated,
        ResourceQuantities counting,
        ResourceQuantities reserved,
        ResourceQuantities reservedScalars,
        ResourceQuantities held,
        ResourceQuantities guarantees) {

    static final RoleSum NOTHING = new RoleSum(
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY,
            ResourceQuantities.EMPTY);

    RoleSum withAllocated(ResourceQuantities all, ResourceQuantities ofWhichCount, int sign) {
        return new RoleSum(
                allocated.with(all, sign),
                counting.with(ofWhichCount, sign),
                reserved,
                reservedScalars,
                held,
                guarantees);
    }

    RoleSum withReserved(ResourceQuantities all, ResourceQuantities scalars, int sign) {
        return new RoleSum(
                allocated, counting, reserved.with(all, sign), reservedScalars.with(scalars, sign), held, guarantees);
    }

    RoleSum withHeld(ResourceQuantities all, int sign) {
        return new RoleSum(allocated, counting, reserved, reservedScalars, held.with(all, sign), guarantees);
    }

    RoleSum withGuarantees(ResourceQuantities newGuarantees) {
        return new RoleSum(allocated, counting, reserved, reservedScalars, held, newGuarantees);
    }

    /** What counts against its limits and towards its guarantees. */
    ResourceQuantities consumed() {
        return counting.plus(reservedScalars);
    }

    /** What it is promised and has not got. */
    ResourceQuantities owed() {
        return guarantees.isEmpty() ? guarantees : guarantees.minus(consumed());
    }

    boolean isEmpty() {
        return allocated.isEmpty() && reserved.isEmpty() && held.isEmpty() && guarantees.isEmpty();
    }
}
