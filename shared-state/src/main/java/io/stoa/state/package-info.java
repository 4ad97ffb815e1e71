/**
 * The one durable, shared, optimistic picture of the cluster: {@link io.stoa.state.SharedState} gives snapshots to
 * everybody and decides transactions, one after the other.
 *
 * <p>Holds hard state only; losing the process costs nothing that was acknowledged. May use: the other state packages,
 * {@code proto}. Never Netty, never a clock, randomness or a thread of its own outside the commit loop.
 */
@NullMarked
package io.stoa.state;

import org.jspecify.annotations.NullMarked;
