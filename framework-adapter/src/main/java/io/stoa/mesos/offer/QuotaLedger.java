package io.stoa.mesos.offer;

import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Roles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What roles consume of their quotas, and how much of what is free has to be kept for guarantees that are not satisfied
 * yet. Kept up to date with every claim and offer.
 *
 * <p>As in Mesos, what is reserved for a role counts as consumed, used or not, and so do unreserved scalars that are
 * allocated to it or on offer; ports, sets and what is revocable do not count.
 */
final class QuotaLedger {

    private final Map<String, QuotaAccount> accounts = new HashMap<>();
    private ResourceQuantities unreserved = ResourceQuantities.EMPTY;
    private ResourceQuantities used = ResourceQuantities.EMPTY;
    private ResourceQuantities unsatisfied = ResourceQuantities.EMPTY;
    private final Set<QuotaAccount> unblocked = new LinkedHashSet<>();
    private final Set<QuotaAccount> exceeded = new LinkedHashSet<>();
    private boolean heldBack;
    private boolean surplusGrew;

    /** The account that answers for a role. */
    QuotaAccount account(String role) {
        return accounts.computeIfAbsent(Roles.topLevel(role), QuotaAccount::new);
    }

    void forgetIfEmpty(QuotaAccount account) {
        if (account.isEmpty()) {
            accounts.remove(account.role());
        }
    }

    void setQuota(String role, Quota quota) {
        QuotaAccount account = account(role);
        changing(account, () -> account.setQuota(quota));
        mayHaveRoom(account);
        surplusGrew = true;
    }

    /** @param sign 1 where the cluster has more, -1 where it has less of what nobody has reserved */
    void addUnreserved(ResourceQuantities quantities, int sign) {
        unreserved = sign > 0 ? unreserved.plus(quantities) : unreserved.minus(quantities);
        surplusGrew |= sign > 0;
    }

    /** @param sign 1 where more is reserved for the role, -1 where less is */
    void addReserved(String role, ResourceQuantities quantities, int sign) {
        QuotaAccount account = account(role);
        changing(account, () -> account.reserve(quantities, sign));
        if (sign < 0) {
            mayHaveRoom(account);
        } else {
            mayBeExceeded(account);
        }
        surplusGrew |= sign > 0;
    }

    /** Unreserved scalars are allocated or offered to the role. */
    void use(QuotaAccount account, ResourceQuantities quantities) {
        used = used.plus(quantities);
        changing(account, () -> account.use(quantities, 1));
        mayBeExceeded(account);
    }

    void free(QuotaAccount account, ResourceQuantities quantities) {
        used = used.minus(quantities);
        changing(account, () -> account.use(quantities, -1));
        mayHaveRoom(account);
        surplusGrew = true;
    }

    private void changing(QuotaAccount account, Runnable change) {
        ResourceQuantities before = account.unsatisfied();
        change.run();
        if (!account.unsatisfied().equals(before)) {
            unsatisfied = unsatisfied.minus(before).plus(account.unsatisfied());
        }
    }

    private void mayHaveRoom(QuotaAccount account) {
        if (account.unblock()) {
            unblocked.add(account);
        }
    }

    private void mayBeExceeded(QuotaAccount account) {
        if (account.isExceeded()) {
            exceeded.add(account);
        }
    }

    /** True while somebody is promised more than it has. */
    boolean owes() {
        return !unsatisfied.isEmpty();
    }

    /** Thousandths of that resource which are free and not needed for guarantees. */
    long surplusMilli(String name) {
        return Math.max(0, unreserved.milli(name) - used.milli(name) - unsatisfied.milli(name));
    }

    /** What is neither reserved, nor allocated or on offer. */
    ResourceQuantities free() {
        return unreserved.minus(used);
    }

    /** What all are promised together and have not got. */
    ResourceQuantities owed() {
        return unsatisfied;
    }

    /** What each is promised and has not got, sorted by role; those that have it all are left out. */
    SortedMap<String, ResourceQuantities> owedByRole() {
        SortedMap<String, ResourceQuantities> owed = new TreeMap<>();
        accounts.values().stream()
                .filter(account -> !account.unsatisfied().isEmpty())
                .forEach(account -> owed.put(account.role(), account.unsatisfied()));
        return owed;
    }

    /** Somebody was not offered all there was, for its limits or for what others are promised. */
    void keptFrom(QuotaAccount account) {
        if (!account.quota().limits().isEmpty()) {
            account.block();
        }
        heldBack |= owes();
    }

    /** True once after something was held back and there may be more to give. */
    boolean mayGiveMore() {
        boolean may = heldBack && surplusGrew;
        heldBack &= !may;
        surplusGrew = false;
        return may;
    }

    /** Those that were at their limits and have room again; each is named once. */
    List<QuotaAccount> takeUnblocked() {
        List<QuotaAccount> taken = new ArrayList<>(unblocked);
        unblocked.clear();
        return taken;
    }

    /** Those that have got more than their limits allowed then; each is named once. */
    List<QuotaAccount> takeExceeded() {
        List<QuotaAccount> taken = new ArrayList<>(exceeded);
        exceeded.clear();
        return taken;
    }

    @Override
    public String toString() {
        Map<String, QuotaAccount> sorted = new TreeMap<>(accounts);
        sorted.values().removeIf(QuotaAccount::isEmpty);
        return "unreserved " + unreserved + ", used " + used + ", owed " + unsatisfied + ", accounts " + sorted;
    }
}
