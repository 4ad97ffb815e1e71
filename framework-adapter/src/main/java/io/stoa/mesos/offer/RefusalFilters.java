package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.Filters;

/**
 * The filters of all clients. Bounded: a filter replaces those it makes superfluous, and beyond
 * {@link #MAX_FILTERS_PER_CLIENT_AND_AGENT} the one that would have gone first goes at once, which costs an offer that
 * is declined again.
 */
final class RefusalFilters {

    static final int MAX_FILTERS_PER_CLIENT_AND_AGENT = 16;

    private static final double DEFAULT_REFUSE_SECONDS =
            Filters.getDefaultInstance().getRefuseSeconds();
    private static final double MAX_REFUSE_SECONDS = TimeUnit.DAYS.toSeconds(365);
    private static final double LEAST_REFUSE_SECONDS = 1e-9;

    private final long allocationIntervalMs;
    private final TreeSet<RefusalFilter> byExpiry = new TreeSet<>(RefusalFilter.BY_EXPIRY);
    private final Map<AgentId, Map<Client, List<RefusalFilter>>> byAgent = new HashMap<>();
    private final Map<Client, Set<AgentId>> agents = new HashMap<>();
    private final Map<String, Integer> byRole = new HashMap<>();
    private long number;

    RefusalFilters(long allocationIntervalMs) {
        this.allocationIntervalMs = allocationIntervalMs;
    }

    /**
     * How long the call refuses, in ms, 0 for not at all: negative and absurd values mean the default, values beyond a
     * year mean a year, and no filter ends before the next cycle has seen it.
     */
    long durationMs(Filters filters) {
        double seconds = filters.getRefuseSeconds();
        if (!(seconds >= 0)) {
            seconds = DEFAULT_REFUSE_SECONDS;
        }
        if (seconds < LEAST_REFUSE_SECONDS) {
            return 0;
        }
        return Math.max(allocationIntervalMs, Math.round(Math.min(seconds, MAX_REFUSE_SECONDS) * 1000));
    }

    void add(Client client, AgentId agentId, Resources refused, Filters filters, long nowMs) {
        long durationMs = durationMs(filters);
        if (durationMs == 0 || refused.isEmpty()) {
            return;
        }
        RefusalFilter added = new RefusalFilter(client, agentId, refused, nowMs + durationMs, number++);
        List<RefusalFilter> there = byAgent.computeIfAbsent(agentId, id -> new HashMap<>())
                .computeIfAbsent(client, same -> new ArrayList<>(1));
        agents.computeIfAbsent(client, same -> new HashSet<>()).add(agentId);
        there.removeIf(old -> {
            boolean superfluous =
                    old.expiresAtMs() <= added.expiresAtMs() && added.refused().contains(old.refused());
            return superfluous && end(old);
        });
        if (there.size() == MAX_FILTERS_PER_CLIENT_AND_AGENT) {
            there.stream().min(RefusalFilter.BY_EXPIRY).ifPresent(first -> {
                end(first);
                there.remove(first);
            });
        }
        there.add(added);
        begin(added);
    }

    private void begin(RefusalFilter filter) {
        byExpiry.add(filter);
        byRole.merge(filter.client().role(), 1, Integer::sum);
    }

    /** True: it was there. */
    private boolean end(RefusalFilter filter) {
        byRole.computeIfPresent(filter.client().role(), (role, count) -> count == 1 ? null : count - 1);
        return byExpiry.remove(filter);
    }

    /** How many there are of the frameworks in the role. */
    int count(String role) {
        return byRole.getOrDefault(role, 0);
    }

    /** Whether one of the client's filters holds all of the resources. */
    boolean refuses(Client client, AgentId agentId, Resources resources) {
        for (RefusalFilter filter : of(agentId).getOrDefault(client, List.of())) {
            if (filter.refused().contains(resources)) {
                return true;
            }
        }
        return false;
    }

    /**
     * When the last of those of the client's filters expires that hold all of the resources, or, where none does, the
     * last of all that it has on the agent; monotonic, empty where it has none.
     */
    OptionalLong refusedUntilMs(Client client, AgentId agentId, Resources resources) {
        List<RefusalFilter> there = of(agentId).getOrDefault(client, List.of());
        OptionalLong whole =
                latestMs(there.stream().filter(filter -> filter.refused().contains(resources)));
        return whole.isPresent() ? whole : latestMs(there.stream());
    }

    private static OptionalLong latestMs(Stream<RefusalFilter> filters) {
        return filters.mapToLong(RefusalFilter::expiresAtMs).max();
    }

    private Map<Client, List<RefusalFilter>> of(AgentId agentId) {
        return byAgent.getOrDefault(agentId, Map.of());
    }

    void clear(Client client) {
        Set<AgentId> filtered = agents.remove(client);
        if (filtered != null) {
            filtered.forEach(agentId -> byAgent.computeIfPresent(agentId, (id, there) -> {
                there.getOrDefault(client, List.of()).forEach(this::end);
                there.remove(client);
                return there.isEmpty() ? null : there;
            }));
        }
    }

    void clear(AgentId agentId) {
        Map<Client, List<RefusalFilter>> there = byAgent.remove(agentId);
        if (there != null) {
            there.forEach((client, filters) -> {
                filters.forEach(this::end);
                forget(client, agentId);
            });
        }
    }

    private void forget(Client client, AgentId agentId) {
        agents.computeIfPresent(client, (same, filtered) -> {
            filtered.remove(agentId);
            return filtered.isEmpty() ? null : filtered;
        });
    }

    /** Removes what expires now or has before; names the agents that may be offered again. */
    void expire(long nowMs, Consumer<AgentId> offerAgain) {
        while (!byExpiry.isEmpty() && byExpiry.first().expiresAtMs() <= nowMs) {
            RefusalFilter expired = byExpiry.first();
            end(expired);
            AgentId agentId = expired.agentId();
            byAgent.computeIfPresent(agentId, (id, there) -> {
                there.computeIfPresent(expired.client(), (client, filters) -> {
                    filters.remove(expired);
                    return filters.isEmpty() ? null : filters;
                });
                return there.isEmpty() ? null : there;
            });
            if (!of(agentId).containsKey(expired.client())) {
                forget(expired.client(), agentId);
            }
            offerAgain.accept(agentId);
        }
    }
}
