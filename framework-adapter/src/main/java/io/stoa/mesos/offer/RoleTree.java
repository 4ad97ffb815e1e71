package io.stoa.mesos.offer;

import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.resources.Roles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The shares of roles and of the frameworks in them. The frameworks that are in {@code eng} itself share as one child
 * of {@code eng}, of weight 1, beside {@code eng/web} and {@code eng/db}. A role is there as long as a framework is in
 * it or below it.
 */
final class RoleTree {

    private static final class RoleNode {

        final Share share;
        /** What the frameworks in the role itself have together. */
        final Share own;

        int inhabitants;

        RoleNode(String path, Share parent, double weight, @Nullable QuotaAccount quota) {
            share = Share.of(path, parent, weight, quota);
            own = Share.of(path + "/.", share, 1, null);
        }
    }

    private final Share root = Share.root();
    private final QuotaLedger quotas;
    private final Map<String, RoleNode> roles = new HashMap<>();
    private final Map<FrameworkId, Map<String, Client>> clients = new HashMap<>();
    private RoleSettings settings = RoleSettings.EMPTY;

    RoleTree(QuotaLedger quotas) {
        this.quotas = quotas;
    }

    Share root() {
        return root;
    }

    void setWeights(RoleSettings newSettings) {
        settings = newSettings;
        roles.forEach((path, node) -> node.share.setWeight(settings.weight(path)));
    }

    /** The client, a new one if need be. */
    Client client(FrameworkId frameworkId, String role) {
        Map<String, Client> byRole = clients.computeIfAbsent(frameworkId, id -> new HashMap<>());
        Client known = byRole.get(role);
        if (known != null) {
            return known;
        }
        RoleNode node = enter(role);
        Client client = new Client(frameworkId, role, node.own, quotas.account(role));
        byRole.put(role, client);
        return client;
    }

    /** Somebody comes to live in the role, which counts for everything above it. */
    private RoleNode enter(String role) {
        int slash = role.lastIndexOf('/');
        Share parent = slash < 0 ? root : enter(role.substring(0, slash)).share;
        RoleNode node = roles.get(role);
        if (node == null) {
            node = new RoleNode(role, parent, settings.weight(role), slash < 0 ? quotas.account(role) : null);
            roles.put(role, node);
        }
        node.inhabitants++;
        return node;
    }

    /** Forgets clients of the framework that have nothing and are not to be kept. */
    void forgetEmpty(FrameworkId frameworkId, Predicate<Client> kept) {
        clients.computeIfPresent(frameworkId, (id, byRole) -> {
            byRole.values().removeIf(client -> {
                boolean goes = client.share().isEmpty() && !kept.test(client);
                if (goes) {
                    leave(client);
                }
                return goes;
            });
            return byRole.isEmpty() ? null : byRole;
        });
    }

    private void leave(Client client) {
        for (String role : Roles.lineage(client.role())) {
            roles.computeIfPresent(role, (path, node) -> --node.inhabitants == 0 ? null : node);
        }
        if (!roles.containsKey(client.quota().role())) {
            quotas.forgetIfEmpty(client.quota());
        }
    }

    boolean isInhabited(String role) {
        return roles.containsKey(role);
    }

    /** Visits the roles that frameworks are in or have something in, with what they and all below them have. */
    void forEachRole(BiConsumer<String, Share> action) {
        Set<String> inhabited = new HashSet<>();
        clients.values().forEach(byRole -> inhabited.addAll(byRole.keySet()));
        roles.forEach((role, node) -> {
            if (inhabited.contains(role)) {
                action.accept(role, node.share);
            }
        });
    }

    void forEachShare(Consumer<Share> action) {
        roles.values().forEach(node -> {
            action.accept(node.share);
            action.accept(node.own);
        });
        clients.values().forEach(byRole -> byRole.values().forEach(client -> action.accept(client.share())));
    }

    @Override
    public String toString() {
        Map<String, Share> sorted = new TreeMap<>();
        clients.values()
                .forEach(byRole -> byRole.values().forEach(client -> sorted.put(client.toString(), client.share())));
        roles.forEach((path, node) -> sorted.put(path, node.share));
        sorted.values().removeIf(Share::isEmpty);
        return sorted.toString();
    }
}
