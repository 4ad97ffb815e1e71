package io.stoa.mesos.offer;

import io.stoa.state.model.RoleSettings;
import io.stoa.state.resources.ResourceQuantities;
import java.util.Set;

/**
 * Dominant resource fairness, kept up to date with every claim and offer: O(log n) for each. Counts everybody who has
 * something, ranks those who want something.
 */
final class FairShares {

    private final RoleTree tree;
    private final Ranking wanting;
    private final Ranking hungry;
    private final Set<String> scarce;
    private ResourceQuantities cluster = ResourceQuantities.EMPTY;
    private boolean stale;

    /** @param scarce names of resources that do not count */
    FairShares(RoleTree tree, Set<String> scarce) {
        this.tree = tree;
        this.scarce = scarce;
        wanting = new Ranking(tree.root());
        hungry = new Ranking(tree.root());
    }

    /** @param sign 1 where the cluster has more scalars, -1 where it has less */
    void addTotal(ResourceQuantities scalars, int sign) {
        ResourceQuantities counting = scalars.without(scarce);
        cluster = sign > 0 ? cluster.plus(counting) : cluster.minus(counting);
        stale = true;
    }

    void setWeights(RoleSettings settings) {
        tree.setWeights(settings);
        stale = true;
    }

    /** The client wants offers, and more than when the agents were last looked at. */
    void rank(Client client) {
        wanting.add(client);
        hungry.add(client);
    }

    void unrank(Client client) {
        wanting.remove(client);
        hungry.remove(client);
    }

    /** Everybody who wants offers. */
    Ranking wanting() {
        refresh();
        return wanting;
    }

    /** Those who want, or may have, more than when the agents were last looked at. */
    Ranking hungry() {
        refresh();
        return hungry;
    }

    void offered(Client client, ResourceQuantities scalars) {
        change(client, () -> {
            count(client, scalars, 1);
            for (Share node = client.share(); node != null; node = node.parent()) {
                node.countOffer();
            }
        });
    }

    void gained(Client client, ResourceQuantities scalars) {
        change(client, () -> count(client, scalars, 1));
    }

    void lost(Client client, ResourceQuantities scalars) {
        change(client, () -> count(client, scalars, -1));
    }

    private void change(Client client, Runnable change) {
        wanting.moving(client, () -> hungry.moving(client, change));
    }

    private void count(Client client, ResourceQuantities scalars, int sign) {
        for (Share node = client.share(); node != null; node = node.parent()) {
            node.add(scalars, sign, cluster);
        }
    }

    /** The cluster has grown or shrunk: everybody's share is another. Done once for all agents that came at a time. */
    private void refresh() {
        if (stale) {
            wanting.movingAll(() -> hungry.movingAll(() -> tree.forEachShare(share -> share.measure(cluster))));
            stale = false;
        }
    }

    @Override
    public String toString() {
        return cluster + " of which " + tree;
    }
}
