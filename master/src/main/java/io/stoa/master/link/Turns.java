package io.stoa.master.link;

import io.stoa.state.model.AgentId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whose turn it is when, in rounds that take an interval each: everybody has the same turn in each round, and all turns
 * have as many members. Safe for use by any thread.
 *
 * <p>Thousands of agents that are pinged at once hold up everybody else for some hundred milliseconds, with their
 * answers.
 */
final class Turns {

    private static final long MIN_TURN_MS = 50;
    /** Intervals are whole seconds, as a rule, and their turns whole milliseconds with this. */
    private static final long MAX_TURNS = 250;

    private final List<Set<AgentId>> members;
    private final Map<AgentId, Set<AgentId>> turnOf = new HashMap<>();
    private int next;

    Turns(long intervalMs) {
        long turns = Math.max(1, Math.min(MAX_TURNS, intervalMs / MIN_TURN_MS));
        members = Stream.generate(() -> (Set<AgentId>) new LinkedHashSet<AgentId>())
                .limit(turns)
                .toList();
    }

    /** How many there are in a round. */
    int count() {
        return members.size();
    }

    /** Gives somebody one of the turns that have the fewest members; of these the one that is farthest away. */
    synchronized void add(AgentId id) {
        turnOf.computeIfAbsent(id, added -> emptiest()).add(id);
    }

    private Set<AgentId> emptiest() {
        Set<AgentId> emptiest = members.get(indexAfter(count() - 1));
        for (int after = count() - 2; after >= 0 && !emptiest.isEmpty(); after--) {
            Set<AgentId> turn = members.get(indexAfter(after));
            if (turn.size() < emptiest.size()) {
                emptiest = turn;
            }
        }
        return emptiest;
    }

    private int indexAfter(int turns) {
        return (next + turns) % count();
    }

    synchronized void remove(AgentId id) {
        Set<AgentId> turn = turnOf.remove(id);
        if (turn != null) {
            turn.remove(id);
        }
    }

    /** Those whose turn it is now; goes on to the next turn. */
    synchronized List<AgentId> next() {
        List<AgentId> now = List.copyOf(members.get(next));
        next = indexAfter(1);
        return now;
    }
}
