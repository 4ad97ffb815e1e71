/**
 * Mesos' offers as a view of the shared state: who is offered what ({@link io.stoa.mesos.offer.DrfAllocator}), what is
 * on offer, and what was refused for how long.
 *
 * <p>{@link io.stoa.mesos.offer.ClusterAccounts} says who has what, {@link io.stoa.mesos.offer.Demand} who wants more,
 * {@link io.stoa.mesos.offer.OfferRules} what one client is offered of one agent, and why not;
 * {@link io.stoa.mesos.offer.OfferMaker} makes offers in rounds, {@link io.stoa.mesos.offer.OfferDesk} takes them back.
 *
 * <p>Soft state: a new leader begins with no offers and no filters. That costs one round of offers, of which frameworks
 * decline again what they had declined; offers of the old leader are answered as no longer valid. What was accepted is
 * in the shared state. Everything but the index of open offers belongs to the one {@code allocator} thread. May use:
 * {@code io.stoa.state}, {@code io.stoa.time}; no I/O.
 */
@NullMarked
package io.stoa.mesos.offer;

import org.jspecify.annotations.NullMarked;
