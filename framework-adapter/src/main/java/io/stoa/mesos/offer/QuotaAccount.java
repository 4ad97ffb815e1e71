package io.stoa.mesos.offer;

import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceQuantities;
import java.util.Map;

/** What a role at the top, with everything below it, consumes of its quota. Changed by its {@link QuotaLedger} only. */
final class QuotaAccount {

    private final String role;
    private Quota quota = Quota.NONE;
    private ResourceQuantities reserved = ResourceQuantities.EMPTY;
    private ResourceQuantities used = ResourceQuantities.EMPTY;
    private ResourceQuantities consumed = ResourceQuantities.EMPTY;
    private ResourceQuantities unsatisfied = ResourceQuantities.EMPTY;
    private Map<String, Long> roomMilli = Map.of();
    private boolean blocked;

    QuotaAccount(String role) {
        this.role = role;
    }

    String role() {
        return role;
    }

    Quota quota() {
        return quota;
    }

    /** What is reserved, used or not, and what of the unreserved scalars is allocated or on offer. */
    ResourceQuantities consumed() {
        return consumed;
    }

    /** What it is promised and has not got. */
    ResourceQuantities unsatisfied() {
        return unsatisfied;
    }

    /** Thousandths of that resource which its limits allow it beyond what it has. */
    long roomMilli(String name) {
        return roomMilli.getOrDefault(name, Long.MAX_VALUE);
    }

    /** It has more than its limits allow. */
    boolean isExceeded() {
        return !quota.limits().contains(consumed);
    }

    /** It would have been offered more, had its limits allowed it. */
    void block() {
        blocked = true;
    }

    /** True once for each time that it was blocked. */
    boolean unblock() {
        boolean was = blocked;
        blocked = false;
        return was;
    }

    boolean isEmpty() {
        return quota.equals(Quota.NONE) && consumed.isEmpty();
    }

    void setQuota(Quota newQuota) {
        quota = newQuota;
        count();
    }

    void reserve(ResourceQuantities quantities, int sign) {
        reserved = sign > 0 ? reserved.plus(quantities) : reserved.minus(quantities);
        count();
    }

    void use(ResourceQuantities quantities, int sign) {
        used = sign > 0 ? used.plus(quantities) : used.minus(quantities);
        count();
    }

    private void count() {
        consumed = reserved.plus(used);
        unsatisfied = quota.guarantees().minus(consumed);
        roomMilli = quota.limits().minus(consumed);
    }

    @Override
    public String toString() {
        return "reserved " + reserved + ", used " + used + " of " + quota;
    }
}
