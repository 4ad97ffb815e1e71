package io.stoa.master.operator;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Offer;

/** What belongs to which framework at one moment. */
public final class BelongingsFinder {

    private final ClusterSnapshot snapshot;
    private final History history;
    private final Map<FrameworkId, List<Offer>> offers;

    public BelongingsFinder(ClusterSnapshot snapshot, SoftState soft, History history) {
        this.snapshot = snapshot;
        this.history = history;
        offers = soft.openOffers().stream()
                .collect(Collectors.groupingBy(
                        offer -> new FrameworkId(offer.getFrameworkId().getValue())));
    }

    public Belongings of(FrameworkId id) {
        List<Task> tasks = new ArrayList<>();
        List<Task> unreachable = new ArrayList<>();
        for (Task task : snapshot.tasksOf(id)) {
            (isAway(task.agentId()) ? unreachable : tasks).add(task);
        }
        return new Belongings(
                tasks,
                unreachable,
                history.tasksOf(id),
                offers.getOrDefault(id, List.of()),
                snapshot.executorsOf(id).stream()
                        .filter(executor -> !isAway(executor.key().agentId()))
                        .toList());
    }

    private boolean isAway(AgentId id) {
        return snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                .isPresent();
    }
}
