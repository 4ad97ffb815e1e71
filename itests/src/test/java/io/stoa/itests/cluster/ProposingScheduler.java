package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.shellTask;

import io.stoa.client.AgentView;
import io.stoa.client.ClusterView;
import io.stoa.client.Decision;
import io.stoa.client.Decision.Outcome;
import io.stoa.client.Proposal;
import io.stoa.client.Scheduler;
import io.stoa.client.resources.Demand;
import io.stoa.client.resources.Resources;
import io.stoa.proto.v1.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Has small tasks run, two to a proposal, each once: what conflicts is proposed anew. */
final class ProposingScheduler implements Scheduler {

    private static final Demand EACH = Demand.of(0.01, 1);

    /** Ids of tasks that are to be proposed. */
    final Queue<String> wanted = new ConcurrentLinkedQueue<>();

    final List<Decision> decisions = new CopyOnWriteArrayList<>();
    final List<Identity> identities = new CopyOnWriteArrayList<>();
    /** The newest state of each task that was told of. */
    final Map<String, TaskState> states = new ConcurrentHashMap<>();

    private final StartedTasks started;
    private final String then;

    /** @param then what each task does when it has said that it runs; a shell command */
    ProposingScheduler(StartedTasks started, String then) {
        this.started = started;
        this.then = then;
    }

    @Override
    public void subscribed(Identity identity) {
        identities.add(identity);
    }

    @Override
    public Optional<Proposal> propose(ClusterView view) {
        Optional<AgentView> agent = view.agents().stream()
                .filter(AgentView::isReachable)
                .filter(some -> some.free().choose("*", Demand.of(0.02, 2)).isPresent())
                .findFirst();
        if (agent.isEmpty() || wanted.isEmpty()) {
            return Optional.empty();
        }
        Proposal.Builder proposal = Proposal.on(view);
        while (proposal.size() < 2 && !wanted.isEmpty()) {
            proposal.claim(agent.get().id(), task(wanted.remove(), agent.get()));
        }
        return Optional.of(proposal.build());
    }

    private TaskInfo task(String id, AgentView agent) {
        Resources resources = agent.free().choose("*", EACH).orElseThrow();
        return shellTask(
                id,
                AgentID.newBuilder().setValue(agent.id()).build(),
                started.noteOf(id) + "; " + then,
                resources.toProto());
    }

    @Override
    public void decided(Decision decision, ClusterView view) {
        decisions.add(decision);
        if (decision.outcome() == Outcome.CONFLICTED) {
            wanted.addAll(claimed(decision));
        }
    }

    @Override
    public boolean updated(TaskStatus status) {
        states.put(status.getTaskId().getValue(), status.getState());
        return true;
    }

    /** The tasks of the proposals that were committed, those of which twice that were committed twice. */
    List<String> committed() {
        return decisions.stream()
                .filter(decision -> decision.outcome() == Outcome.COMMITTED)
                .flatMap(decision -> claimed(decision).stream())
                .toList();
    }

    private static List<String> claimed(Decision decision) {
        List<String> ids = new ArrayList<>();
        decision.proposal()
                .operations()
                .forEach(operation ->
                        ids.add(operation.getClaim().getTask().getTaskId().getValue()));
        return ids;
    }
}
