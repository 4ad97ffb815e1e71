/**
 * Exact arithmetic on Mesos resources: fixed-point scalars, ranges and sets, with roles, reservations and disk
 * information as part of a resource's identity. Values; no state.
 */
@NullMarked
package io.stoa.state.resources;

import org.jspecify.annotations.NullMarked;
