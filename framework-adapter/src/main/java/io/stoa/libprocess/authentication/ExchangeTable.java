package io.stoa.libprocess.authentication;

import io.stoa.libprocess.Upid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The exchanges under way, one for each pid, so many in all and with one host. Where there are too many, those give way
 * whose other side has said nothing yet, the eldest first: it need not be there at all, since anybody may name any
 * address. If all have, the eldest of the host with the most: nobody keeps all the others out. Not safe for use by
 * several threads at once.
 */
final class ExchangeTable {

    private final AuthenticationLimits limits;
    private final Map<Upid, AuthenticationExchange> byPid = new HashMap<>();
    private final Map<String, Set<AuthenticationExchange>> byHost = new HashMap<>();
    private final Set<AuthenticationExchange> unanswered = new LinkedHashSet<>();

    ExchangeTable(AuthenticationLimits limits) {
        this.limits = limits;
    }

    Optional<AuthenticationExchange> find(Upid pid) {
        return Optional.ofNullable(byPid.get(pid));
    }

    /** Whether there is no room for another one with this host. */
    boolean isFull(String host) {
        return byPid.size() >= limits.exchanges() || isFullOf(host);
    }

    private boolean isFullOf(String host) {
        return byHost.getOrDefault(host, Set.of()).size() >= limits.exchangesOfAHost();
    }

    /** Who is to go for another one with this host, where there is no room. */
    AuthenticationExchange mostDispensable(String host) {
        if (isFullOf(host)) {
            return eldest(byHost.getOrDefault(host, Set.of()));
        }
        return unanswered.stream()
                .findFirst()
                .orElseGet(() -> eldest(byHost.values().stream()
                        .max(Comparator.comparingInt(Set::size))
                        .orElse(Set.of())));
    }

    private static AuthenticationExchange eldest(Set<AuthenticationExchange> exchanges) {
        return exchanges.stream()
                .filter(AuthenticationExchange::isUnanswered)
                .findFirst()
                .orElseGet(() -> exchanges.iterator().next());
    }

    /** @param exchange of a pid that has none here */
    void add(AuthenticationExchange exchange) {
        byPid.put(exchange.pid(), exchange);
        byHost.computeIfAbsent(exchange.pid().host(), host -> new LinkedHashSet<>())
                .add(exchange);
        unanswered.add(exchange);
    }

    /** Its other side has said something. */
    void answered(AuthenticationExchange exchange) {
        unanswered.remove(exchange);
    }

    /** True where it was here. */
    boolean remove(AuthenticationExchange exchange) {
        if (!byPid.remove(exchange.pid(), exchange)) {
            return false;
        }
        unanswered.remove(exchange);
        byHost.computeIfPresent(exchange.pid().host(), (host, exchanges) -> {
            exchanges.remove(exchange);
            return exchanges.isEmpty() ? null : exchanges;
        });
        return true;
    }

    /** All of them; a copy. */
    List<AuthenticationExchange> all() {
        return new ArrayList<>(byPid.values());
    }
}
