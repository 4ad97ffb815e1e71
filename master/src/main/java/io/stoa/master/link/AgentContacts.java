package io.stoa.master.link;

import io.stoa.proto.agent.MasterMessage;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.time.Time;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which agents have a link, and until when the others are waited for. Safe for use by any thread. */
final class AgentContacts {

    private final ConcurrentMap<AgentId, AgentContact> contacts = new ConcurrentHashMap<>();
    private final Turns turns;
    private final Time time;
    private final LinkConfig config;
    private final Absence sinceFailover;

    /** @param begin whose agents may come back to this leader */
    AgentContacts(ClusterSnapshot begin, Time time, LinkConfig config) {
        this.time = time;
        this.config = config;
        turns = new Turns(config.pingTimeoutMs());
        sinceFailover = Absence.failover(time.monotonicMs(), config.reregisterTimeoutMs());
        for (Agent agent : begin.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                contacts.put(agent.id(), new AgentContact(sinceFailover));
                turns.add(agent.id());
            }
        }
    }

    /** Makes this the agent's session; gives the one that it replaces. */
    @Nullable
    AgentSession open(AgentId id, AgentSession session) {
        AgentSession[] replaced = new AgentSession[1];
        contacts.compute(id, (key, known) -> {
            AgentContact contact = known == null ? new AgentContact(sinceFailover) : known;
            contact.heard(silenceFromNow());
            replaced[0] = contact.open(session);
            turns.add(id);
            return contact;
        });
        return replaced[0];
    }

    /** True where this was the agent's session, and the agent has none now. */
    boolean close(AgentId id, AgentSession session) {
        AgentContact contact = contacts.get(id);
        return contact != null
                && contact.close(session, Absence.disconnection(time.monotonicMs(), config.reregisterTimeoutMs()));
    }

    void heard(AgentId id) {
        AgentContact contact = contacts.get(id);
        if (contact != null) {
            contact.heard(silenceFromNow());
        }
    }

    /** Why the agent has been away for too long; empty where it has not, be it that its link is about to open. */
    Optional<String> lostBecause(AgentId id) {
        AgentContact contact = contacts.get(id);
        return contact == null ? Optional.empty() : contact.lostBecause(time.monotonicMs());
    }

    /** Agents that were there when this master began to lead, and have not been in contact with it. */
    List<AgentId> missing() {
        return contacts.entrySet().stream()
                .filter(each -> !each.getValue().hasBeenOpen())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** For how many ms the agent is waited for; 0 where it is taken for lost. */
    long lostInMs(AgentId id) {
        AgentContact contact = contacts.get(id);
        Absence absence = contact == null ? sinceFailover : contact.absence();
        return Math.max(0, absence.lostAtMs() - time.monotonicMs());
    }

    private Absence silenceFromNow() {
        return Absence.silence(time.monotonicMs() + config.pingBudgetMs());
    }

    /** Whether the agent has been in contact with this master, since it was given up last. */
    boolean hasBeenOpen(AgentId id) {
        AgentContact contact = contacts.get(id);
        return contact != null && contact.hasBeenOpen();
    }

    /** Drops what is known of an agent that is not in the state any more, unless it is connected anew. */
    void forget(AgentId id) {
        contacts.computeIfPresent(id, (key, contact) -> {
            if (contact.session() != null) {
                return contact;
            }
            turns.remove(id);
            return null;
        });
    }

    @Nullable
    AgentSession session(AgentId id) {
        AgentContact contact = contacts.get(id);
        return contact == null ? null : contact.session();
    }

    /** How many turns there are from one ping of an agent to its next. */
    int turns() {
        return turns.count();
    }

    /** Who is to be pinged now, be there a link or not. */
    List<AgentId> nextTurn() {
        return turns.next();
    }

    List<AgentSession> sessions() {
        return contacts.values().stream()
                .map(AgentContact::session)
                .filter(Objects::nonNull)
                .toList();
    }

    void send(AgentId id, Supplier<MasterMessage> message) {
        AgentSession session = session(id);
        if (session != null) {
            session.stream().send(message);
        }
    }
}
