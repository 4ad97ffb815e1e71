package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.HashMap;
import java.util.Map;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/**
 * Dominant resource fairness, kept up to date with every claim and offer: O(log n) for each. Counts everybody who has
 * something, ranks those who want something.
 */
final class FairShares {

    private final Map<String, Double> weights;
    private final Map<AgentId, Map<String, Long>> scalarsByAgent = new HashMap<>();
    private final Map<String, Long> clusterMilli = new HashMap<>();
    private final Map<String, Share> roles = new HashMap<>();
    private final Map<FrameworkId, Map<String, Client>> clients = new HashMap<>();
    private final Ranking wanting = new Ranking();
    private final Ranking hungry = new Ranking();
    private boolean stale;

    FairShares(Map<String, Double> weights) {
        this.weights = weights;
    }

    /** The agent's resources count from now on, or are others than before; without any, it does not count any more. */
    void setTotal(AgentId agentId, Resources total) {
        Map<String, Long> now = scalars(total);
        Map<String, Long> before = now.isEmpty() ? scalarsByAgent.remove(agentId) : scalarsByAgent.put(agentId, now);
        if (!now.equals(before == null ? Map.of() : before)) {
            now.forEach((scalar, milli) -> clusterMilli.merge(scalar, milli, Long::sum));
            if (before != null) {
                before.forEach((scalar, milli) -> clusterMilli.merge(scalar, -milli, Long::sum));
            }
            stale = true;
        }
    }

    private static Map<String, Long> scalars(Resources total) {
        Map<String, Long> scalars = new HashMap<>();
        for (Resource resource : total.toProto()) {
            if (resource.getType() == Value.Type.SCALAR) {
                scalars.put(resource.getName(), total.scalarMilli(resource.getName()));
            }
        }
        return scalars;
    }

    Client client(FrameworkId frameworkId, String role) {
        return clients.computeIfAbsent(frameworkId, id -> new HashMap<>())
                .computeIfAbsent(
                        role,
                        name -> new Client(
                                frameworkId,
                                roles.computeIfAbsent(name, r -> new Share(r, weights.getOrDefault(r, 1.0)))));
    }

    /** Forgets a framework that neither has nor wants anything any more. */
    void forgetIfEmpty(FrameworkId frameworkId) {
        clients.computeIfPresent(
                frameworkId,
                (id, byRole) -> byRole.values().stream()
                                .allMatch(client -> client.share().isEmpty())
                        ? null
                        : byRole);
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

    /** Those who want more than when the agents were last looked at. */
    Ranking hungry() {
        refresh();
        return hungry;
    }

    void offered(Client client, Resources resources) {
        change(client, () -> {
            client.share().countOffer();
            client.role().countOffer();
            count(client, resources, 1);
        });
    }

    void gained(Client client, Resources resources) {
        change(client, () -> count(client, resources, 1));
    }

    void lost(Client client, Resources resources) {
        change(client, () -> count(client, resources, -1));
    }

    private void change(Client client, Runnable change) {
        wanting.moving(client, () -> hungry.moving(client, change));
    }

    private void count(Client client, Resources resources, int sign) {
        client.share().add(resources, sign, clusterMilli);
        client.role().add(resources, sign, clusterMilli);
    }

    /** The cluster has grown or shrunk: everybody's share is another. Done once for all agents that came at a time. */
    private void refresh() {
        if (stale) {
            wanting.movingAll(() -> hungry.movingAll(() -> {
                roles.values().forEach(role -> role.measure(clusterMilli));
                clients.values()
                        .forEach(byRole ->
                                byRole.values().forEach(client -> client.share().measure(clusterMilli)));
            }));
            stale = false;
        }
    }
}
