package io.stoa.master.operator;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.Offer;
import org.jspecify.annotations.Nullable;

/** The cluster at one moment, sorted as operators see it. For one answer, and one thread. */
public final class ClusterView {

    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final History history;
    private final List<Agent> there = new ArrayList<>();
    private final List<Agent> recovered = new ArrayList<>();
    /** The agents that are unreachable. */
    private final Set<AgentId> away = new HashSet<>();

    private @Nullable Map<FrameworkId, List<Offer>> offersByFramework;

    public ClusterView(OperatorContext context) {
        snapshot = context.snapshot();
        soft = context.soft();
        history = context.history();
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.UNREACHABLE) {
                away.add(agent.id());
            } else {
                (soft.isRecovered(agent.id()) ? recovered : there).add(agent);
            }
        }
    }

    public ClusterSnapshot snapshot() {
        return snapshot;
    }

    public SoftState soft() {
        return soft;
    }

    /** How many agents are not there. */
    int unreachable() {
        return away.size();
    }

    /** Those that are there. */
    public List<ShownAgent> agents() {
        return agents(there);
    }

    /** Those that are there and those that are recovered. */
    List<ShownAgent> registered() {
        List<Agent> registered = new ArrayList<>(there);
        registered.addAll(recovered);
        return agents(registered);
    }

    private List<ShownAgent> agents(List<Agent> some) {
        Map<AgentId, List<Offer>> offers =
                offersBy(offer -> new AgentId(offer.getAgentId().getValue()));
        List<ShownAgent> shown = new ArrayList<>(some.size());
        for (Agent agent : some) {
            shown.add(show(agent, offers.getOrDefault(agent.id(), List.of())));
        }
        return shown;
    }

    /** One that is there. */
    Optional<ShownAgent> agent(AgentId id) {
        return snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED && !soft.isRecovered(agent.id()))
                .map(agent -> show(
                        agent,
                        soft.openOffers().stream()
                                .filter(offer -> offer.getAgentId().getValue().equals(id.value()))
                                .toList()));
    }

    private ShownAgent show(Agent agent, List<Offer> offers) {
        return new ShownAgent(agent, offers, soft.isConnected(agent.id()), snapshot);
    }

    /** Those that this term began with and that have not come back yet. */
    public List<Agent> recovered() {
        return recovered;
    }

    /** One of these. */
    Optional<Agent> recovered(AgentId id) {
        return snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED && soft.isRecovered(agent.id()));
    }

    public Collection<Framework> frameworks() {
        return snapshot.frameworks();
    }

    /** Frameworks that are gone, oldest first. */
    public List<History.PastFramework> pastFrameworks() {
        return history.frameworks();
    }

    /** A framework's tasks on agents that are there. */
    public Collection<Task> tasksOf(FrameworkId id) {
        Collection<Task> all = snapshot.tasksOf(id);
        return away.isEmpty()
                ? all
                : all.stream().filter(task -> !away.contains(task.agentId())).toList();
    }

    /** A framework's tasks on agents that are not. */
    public Collection<Task> unreachableTasksOf(FrameworkId id) {
        return away.isEmpty()
                ? List.of()
                : snapshot.tasksOf(id).stream()
                        .filter(task -> away.contains(task.agentId()))
                        .toList();
    }

    /** A framework's tasks that are over, oldest first. */
    public List<Task> completedTasksOf(FrameworkId id) {
        return history.tasksOf(id);
    }

    /** The numbers of tasks. */
    TaskTally tally() {
        return history.tally();
    }

    /** A framework's executors on agents that are there. */
    public Collection<Executor> executorsOf(FrameworkId id) {
        return snapshot.executorsOf(id).stream()
                .filter(executor -> !away.contains(executor.key().agentId()))
                .toList();
    }

    /** A framework's open offers. */
    public List<Offer> offersOf(FrameworkId id) {
        if (offersByFramework == null) {
            offersByFramework =
                    offersBy(offer -> new FrameworkId(offer.getFrameworkId().getValue()));
        }
        return offersByFramework.getOrDefault(id, List.of());
    }

    private <K> Map<K, List<Offer>> offersBy(Function<Offer, K> key) {
        Map<K, List<Offer>> offers = new HashMap<>();
        for (Offer offer : soft.openOffers()) {
            offers.computeIfAbsent(key.apply(offer), any -> new ArrayList<>(1)).add(offer);
        }
        return offers;
    }
}
