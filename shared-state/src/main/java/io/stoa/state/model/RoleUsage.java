package io.stoa.state.model;

import io.stoa.state.resources.ResourceQuantities;

/**
 * What a role has together with everything below it, on registered agents.
 *
 * @param allocated what its tasks and executors hold
 * @param reserved what is reserved for it, used or not
 * @param consumed what counts against its limits: what is allocated, and what is reserved and held by nobody
 */
public record RoleUsage(ResourceQuantities allocated, ResourceQuantities reserved, ResourceQuantities consumed) {

    /** @param held the part of what is reserved that tasks and executors hold */
    public static RoleUsage of(ResourceQuantities allocated, ResourceQuantities reserved, ResourceQuantities held) {
        return new RoleUsage(allocated, reserved, allocated.plus(reserved.minus(held)));
    }
}
