package io.stoa.mesos.offer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Clients in the order of DRF down the tree of roles: of two roles with the same parent the one that has less comes
 * first with everything below it, within a role the framework that has less.
 */
final class Ranking {

    private final Share root;
    /** Those nodes, by their parents, that have ranked clients below. */
    private final Map<Share, TreeSet<Share>> ranked = new HashMap<>();

    Ranking(Share root) {
        this.root = root;
    }

    boolean isEmpty() {
        return ranked.isEmpty();
    }

    void clear() {
        ranked.clear();
    }

    void add(Client client) {
        Share node = client.share();
        boolean first = true;
        for (Share parent = node.parent(); first && parent != null; parent = node.parent()) {
            first = !ranked.containsKey(parent);
            insert(node, parent);
            node = parent;
        }
    }

    void remove(Client client) {
        Share node = client.share();
        boolean last = true;
        for (Share parent = node.parent(); last && parent != null; parent = node.parent()) {
            TreeSet<Share> siblings = ranked.get(parent);
            last = siblings != null && siblings.remove(node) && siblings.isEmpty();
            if (last) {
                ranked.remove(parent);
            }
            node = parent;
        }
    }

    /** Makes a change to the client's share, and to those it is part of, that may move them. */
    void moving(Client client, Runnable change) {
        List<Share> moved = new ArrayList<>();
        Share node = client.share();
        for (Share parent = node.parent(); parent != null; parent = node.parent()) {
            TreeSet<Share> siblings = ranked.get(parent);
            if (siblings != null && siblings.remove(node)) {
                moved.add(node);
            }
            node = parent;
        }
        change.run();
        moved.forEach(share -> insert(share, share.parent()));
    }

    /** Makes a change that may move everybody. */
    void movingAll(Runnable change) {
        List<Share> moved = ranked.values().stream().flatMap(Collection::stream).toList();
        ranked.clear();
        change.run();
        moved.forEach(share -> insert(share, share.parent()));
    }

    private void insert(Share node, @Nullable Share parent) {
        if (parent != null) {
            ranked.computeIfAbsent(parent, share -> new TreeSet<>(Share.DRF)).add(node);
        }
    }

    /** What is done with clients in their order. The ranking must not change meanwhile. */
    interface Visitor {

        /** @return whether a look at those in this role at the top, and below it, is of use */
        boolean enters(QuotaAccount role);

        /** @return whether the next client is to be visited */
        boolean visits(Client client);
    }

    void visit(Visitor visitor) {
        visit(root, visitor);
    }

    private boolean visit(Share node, Visitor visitor) {
        TreeSet<Share> children = ranked.get(node);
        if (children == null) {
            return true;
        }
        for (Share child : children) {
            QuotaAccount top = child.quota();
            Client client = child.client();
            if (top != null && !visitor.enters(top)) {
                continue;
            }
            if (!(client == null ? visit(child, visitor) : visitor.visits(client))) {
                return false;
            }
        }
        return true;
    }

    /** All of them, in their order; a copy. */
    List<Client> clients() {
        List<Client> clients = new ArrayList<>();
        visit(new Visitor() {
            @Override
            public boolean enters(QuotaAccount role) {
                return true;
            }

            @Override
            public boolean visits(Client client) {
                return clients.add(client);
            }
        });
        return clients;
    }
}
