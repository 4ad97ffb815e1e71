package io.stoa.state.model;

import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;

/**
 * What a role, with everything below it, is promised and what it may have at most.
 *
 * @param guarantees what is kept for it; {@code limits} contain it
 * @param limits what it never gets more of
 */
public record Quota(ResourceQuantities guarantees, ResourceLimits limits) {

    /** What a role has about which nothing was said. */
    public static final Quota NONE = new Quota(ResourceQuantities.EMPTY, ResourceLimits.NONE);

    public Quota {
        if (!limits.contains(guarantees)) {
            throw new IllegalArgumentException("guarantees: " + guarantees + " (expected: within " + limits + ")");
        }
    }
}
