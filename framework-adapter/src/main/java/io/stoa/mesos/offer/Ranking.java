package io.stoa.mesos.offer;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Clients in the order of DRF: first the role that has least, within it the framework that has least. */
final class Ranking {

    private static final Comparator<Client> WITHIN_ROLE = Comparator.comparing(Client::share, Share.DRF);

    private final TreeMap<Share, TreeSet<Client>> clientsByRole = new TreeMap<>(Share.DRF);

    Map<Share, ? extends Set<Client>> byRole() {
        return clientsByRole;
    }

    boolean isEmpty() {
        return clientsByRole.isEmpty();
    }

    void clear() {
        clientsByRole.clear();
    }

    void add(Client client) {
        clientsByRole
                .computeIfAbsent(client.role(), role -> new TreeSet<>(WITHIN_ROLE))
                .add(client);
    }

    void remove(Client client) {
        clientsByRole.computeIfPresent(client.role(), (role, clients) -> {
            clients.remove(client);
            return clients.isEmpty() ? null : clients;
        });
    }

    /** Makes a change to the client's shares, or to its role's, that may move it. */
    void moving(Client client, Runnable change) {
        TreeSet<Client> clients = clientsByRole.remove(client.role());
        if (clients == null) {
            change.run();
        } else {
            boolean ranked = clients.remove(client);
            change.run();
            if (ranked) {
                clients.add(client);
            }
            clientsByRole.put(client.role(), clients);
        }
    }

    /** Makes a change that may move everybody. */
    void movingAll(Runnable change) {
        Collection<TreeSet<Client>> groups = clientsByRole.values().stream().toList();
        clientsByRole.clear();
        change.run();
        groups.forEach(group -> group.forEach(this::add));
    }
}
