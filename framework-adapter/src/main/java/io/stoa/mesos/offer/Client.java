package io.stoa.mesos.offer;

import io.stoa.state.model.FrameworkId;

/** A framework in one of its roles: what DRF ranks, what is offered something, what filters belong to. */
final class Client {

    private final FrameworkId frameworkId;
    private final String role;
    private final QuotaAccount quota;
    private final Share share;

    /** @param roleShare what the frameworks of the role have together */
    Client(FrameworkId frameworkId, String role, Share roleShare, QuotaAccount quota) {
        this.frameworkId = frameworkId;
        this.role = role;
        this.quota = quota;
        share = Share.of(this, roleShare);
    }

    FrameworkId frameworkId() {
        return frameworkId;
    }

    String role() {
        return role;
    }

    /** Of the role at the top, which answers for everything below it. */
    QuotaAccount quota() {
        return quota;
    }

    /** This framework's share within the role. */
    Share share() {
        return share;
    }

    @Override
    public String toString() {
        return frameworkId + "/" + role;
    }
}
