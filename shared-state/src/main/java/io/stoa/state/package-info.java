/**
 * The one durable, shared, optimistic picture of the cluster: {@link io.stoa.state.SharedState} gives snapshots to
 * everybody and decides transactions, one after the other.
 *
 * <p>Holds hard state only; losing the process costs nothing that was acknowledged. The thread {@code state-commit}
 * decides and appends, {@code state-publish} waits for durability and tells, {@code state-tail} follows another leader.
 * Nobody else changes anything; whoever reads takes the published snapshot. May use: the other state packages,
 * {@code proto}. Never Netty, never a clock or randomness.
 */
@NullMarked
package io.stoa.state;

import org.jspecify.annotations.NullMarked;
