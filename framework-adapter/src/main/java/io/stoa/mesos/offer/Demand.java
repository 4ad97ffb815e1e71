package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.Filters;

/** Who wants offers in which roles, and what they refuse. */
final class Demand {

    private final RoleTree tree;
    private final FairShares shares;
    private final RefusalFilters filters;
    private final Map<FrameworkId, Subscription> subscriptions = new HashMap<>();
    private int ownMinimums;
    private int ownModes;

    Demand(ClusterAccounts accounts, RefusalFilters filters) {
        tree = accounts.tree();
        shares = accounts.shares();
        this.filters = filters;
    }

    Optional<Subscription> find(FrameworkId id) {
        return Optional.ofNullable(subscriptions.get(id));
    }

    List<OfferWishes> wishes() {
        return subscriptions.values().stream().map(Subscription::wishes).toList();
    }

    /** The subscription of a client that is ranked. */
    Subscription of(Client client) {
        return Objects.requireNonNull(
                subscriptions.get(client.frameworkId()), "a client is ranked only while it is subscribed");
    }

    /** Whether somebody has said itself what its offers must hold. */
    boolean hasOwnMinimums() {
        return ownMinimums > 0;
    }

    /** Whether somebody has said itself in which mode it wants offers. */
    boolean hasOwnModes() {
        return ownModes > 0;
    }

    private void put(Subscription subscription) {
        Subscription before = subscriptions.put(subscription.id(), subscription);
        count(subscription, 1);
        if (before != null) {
            count(before, -1);
        }
    }

    private void count(Subscription subscription, int sign) {
        ownMinimums += subscription.hasOwnMinimums() ? sign : 0;
        ownModes += subscription.hasOwnMode() ? sign : 0;
    }

    void begin(Subscription subscription) {
        put(subscription);
        subscription.roles().stream()
                .filter(subscription::wantsOffersIn)
                .forEach(role -> want(subscription.id(), role));
    }

    void end(FrameworkId id) {
        find(id).ifPresent(ended -> {
            change(ended, ended.withSuppressed(ended.roles()));
            subscriptions.remove(id);
            count(ended, -1);
        });
    }

    /** The framework has changed what it says of itself: it may take what it did not take before. */
    void update(Subscription before, Subscription now) {
        change(before, now);
        now.roles().stream().filter(now::wantsOffersIn).forEach(role -> shares.rank(tree.client(now.id(), role)));
    }

    /** @param roles those the framework is not in are ignored */
    void revive(Subscription before, Set<String> roles) {
        Set<String> suppressed = new HashSet<>(before.suppressed());
        suppressed.removeAll(roles);
        Subscription now = before.withSuppressed(suppressed);
        change(before, now);
        roles.stream().filter(now::wantsOffersIn).forEach(role -> want(now.id(), role));
    }

    /** @param roles those the framework is not in are ignored */
    void suppress(Subscription before, Set<String> roles) {
        Set<String> suppressed = new HashSet<>(roles);
        suppressed.retainAll(before.roles());
        suppressed.addAll(before.suppressed());
        change(before, before.withSuppressed(suppressed));
    }

    /** A role that is wanted no more loses its place and its filters, one that is wanted anew comes without any. */
    private void change(Subscription before, Subscription now) {
        before.roles().stream()
                .filter(role -> before.wantsOffersIn(role) && !now.wantsOffersIn(role))
                .map(role -> tree.client(before.id(), role))
                .forEach(client -> {
                    shares.unrank(client);
                    filters.clear(client);
                });
        now.roles().stream()
                .filter(role -> now.wantsOffersIn(role) && !before.wantsOffersIn(role))
                .forEach(role -> want(now.id(), role));
        put(now);
        forgetEmpty(now.id());
    }

    private void want(FrameworkId id, String role) {
        Client client = tree.client(id, role);
        filters.clear(client);
        shares.rank(client);
    }

    /** Those whom something else than their own wishes kept from more look at what is left over once more. */
    void wakeUp(QuotaLedger quotas) {
        List<QuotaAccount> unblocked = quotas.takeUnblocked();
        if (quotas.mayGiveMore()) {
            shares.wanting().clients().forEach(shares::rank);
        } else if (!unblocked.isEmpty()) {
            Set<QuotaAccount> accounts = new HashSet<>(unblocked);
            for (Client client : shares.wanting().clients()) {
                if (accounts.contains(client.quota())) {
                    shares.rank(client);
                }
            }
        }
    }

    /** The client does not want these resources, nor less, for a while. */
    void refuse(FrameworkId id, String role, AgentId agentId, Resources refused, Filters how, long nowMs) {
        find(id).filter(subscription -> subscription.wantsOffersIn(role))
                .ifPresent(subscription -> filters.add(tree.client(id, role), agentId, refused, how, nowMs));
    }

    /** Forgets what is neither wanted nor had any more. */
    void forgetEmpty(FrameworkId id) {
        Optional<Subscription> subscription = find(id);
        tree.forgetEmpty(
                id,
                client -> subscription
                        .filter(known -> known.wantsOffersIn(client.role()))
                        .isPresent());
    }
}
