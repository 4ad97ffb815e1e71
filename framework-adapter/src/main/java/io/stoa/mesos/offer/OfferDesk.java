package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Takes offers back: what they hold is free again, and their frameworks hear of it where it was not they who ended
 * them.
 */
final class OfferDesk {

    private final OfferBook book;
    private final ClusterAccounts accounts;
    private final Demand demand;
    private final Consumer<AgentId> freed;

    /** @param freed is told of each agent on which something is free again */
    OfferDesk(OfferBook book, ClusterAccounts accounts, Demand demand, Consumer<AgentId> freed) {
        this.book = book;
        this.accounts = accounts;
        this.demand = demand;
        this.freed = freed;
    }

    /** The offer is closed already. */
    void release(BookedOffer offer) {
        // Claims may have taken of it since it was closed.
        BookedOffer rest = book.held(offer.offer()).orElse(offer);
        book.release(rest);
        accounts.released(accounts.tree().client(rest.frameworkId(), rest.role()), rest.resources(), rest.mode());
        freed.accept(rest.agentId());
    }

    /**
     * A claim that is counted now is no longer also counted as the taken offer that it is from; its role would seem to
     * have more than it has, and a promise to be kept that is not.
     */
    void claimed(FrameworkId id, AgentId agentId, String role, Resources claimed) {
        Resources left = claimed;
        for (BookedOffer offer : book.on(agentId)) {
            if (offer.frameworkId().equals(id) && offer.role().equals(role) && !book.isOpen(offer)) {
                Resources part = left.minus(left.minus(offer.resources()));
                book.shrink(offer, part);
                accounts.released(accounts.tree().client(id, role), part, offer.mode());
                left = left.minus(part);
            }
        }
    }

    void rescind(BookedOffer offer) {
        if (book.close(offer)) {
            release(offer);
            demand.find(offer.frameworkId())
                    .ifPresent(subscription ->
                            subscription.sink().rescind(offer.offer().getId()));
        }
    }

    void rescindAll() {
        book.all().forEach(this::rescind);
    }

    /** The framework's stream is gone: nobody is to hear of it. */
    void withdraw(FrameworkId id) {
        withdraw(id, offer -> {});
    }

    /** @param withdrawn is told of each offer instead of the framework's stream */
    void withdraw(FrameworkId id, Consumer<BookedOffer> withdrawn) {
        book.of(id).stream().filter(book::close).forEach(offer -> {
            release(offer);
            withdrawn.accept(offer);
        });
    }

    /**
     * Something else took of what is on offer, or all of it is gone. Offers that were taken do not count: whether their
     * claims are in the snapshot already is unknown here, and the commit decides about them. Optimistic offers keep
     * nothing from anybody: each framework's have to fit into what exclusive offers leave.
     */
    void rescindWhatDoesNotFit(AgentId agentId, Resources free) {
        Resources left = free;
        List<BookedOffer> offers = book.on(agentId);
        for (BookedOffer offer : offers) {
            if (offer.mode() == OfferMode.EXCLUSIVE && book.isOpen(offer)) {
                left = rescindUnlessWithin(left, offer);
            }
        }
        Map<FrameworkId, Resources> leftByFramework = new HashMap<>();
        for (BookedOffer offer : offers) {
            if (offer.mode() == OfferMode.OPTIMISTIC && book.isOpen(offer)) {
                Resources own = leftByFramework.getOrDefault(offer.frameworkId(), left);
                leftByFramework.put(offer.frameworkId(), rescindUnlessWithin(own, offer));
            }
        }
    }

    /** What the offer leaves of them. */
    private Resources rescindUnlessWithin(Resources left, BookedOffer offer) {
        if (left.contains(offer.resources())) {
            return left.minus(offer.resources().unshared());
        }
        rescind(offer);
        return left;
    }

    /**
     * As Mesos does when a quota changes: first the role's own offers go until it is within its limits, then those of
     * others until it could be given what it is promised. What is free is not looked at, since it may be on its way to
     * somebody.
     */
    void rescindFor(String role, Quota quota) {
        List<BookedOffer> offers = book.all();
        QuotaAccount account = accounts.quotas().account(role);
        for (BookedOffer offer : offers) {
            if (!quota.limits().contains(account.consumed()) && Roles.isWithin(offer.role(), role)) {
                rescind(offer);
            }
        }
        ResourceQuantities promised = account.consumed();
        for (BookedOffer offer : offers) {
            if (!promised.contains(quota.guarantees()) && !Roles.isWithin(offer.role(), role) && book.isOpen(offer)) {
                rescind(offer);
                promised = promised.plus(offer.resources().quantities());
            }
        }
    }

    /**
     * Roles that have got more than their limits allow, by a claim that is not from their offers, or on another agent,
     * by a reservation, or by an agent that is back, are offered no more than they may still take.
     */
    void rescindBeyondLimits() {
        accounts.quotas().takeExceeded().forEach(this::rescindBeyondLimits);
    }

    /** Offers that were taken do not count, as in {@link #rescindWhatDoesNotFit}. */
    private void rescindBeyondLimits(QuotaAccount account) {
        if (!account.isExceeded()) {
            return;
        }
        ResourceLimits limits = account.quota().limits();
        List<BookedOffer> own = book.all().stream()
                .filter(offer -> Roles.isWithin(offer.role(), account.role()))
                .toList();
        ResourceQuantities taken = own.stream()
                .filter(offer -> !book.isOpen(offer))
                .map(OfferDesk::counted)
                .reduce(ResourceQuantities.EMPTY, ResourceQuantities::plus);
        for (BookedOffer offer : own) {
            ResourceQuantities consumed = account.consumed().minus(taken);
            if (book.isOpen(offer) && hasOfWhatIsTooMuch(offer, limits, consumed)) {
                rescind(offer);
            }
        }
    }

    private static boolean hasOfWhatIsTooMuch(BookedOffer offer, ResourceLimits limits, ResourceQuantities consumed) {
        ResourceQuantities offered = counted(offer);
        return limits.milliByName().entrySet().stream()
                .anyMatch(limit ->
                        consumed.milli(limit.getKey()) > limit.getValue() && offered.milli(limit.getKey()) > 0);
    }

    /** What of an offer counts for quotas as long as it is held; the rest is its role's own anyway. */
    private static ResourceQuantities counted(BookedOffer offer) {
        return offer.resources().unreservedScalars().quantities();
    }
}
