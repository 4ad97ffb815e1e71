package io.stoa.examples.batch;

import io.stoa.client.ClusterView;
import io.stoa.client.Decision;
import io.stoa.client.Proposal;
import io.stoa.client.Scheduler;
import io.stoa.examples.Settled;
import io.stoa.examples.States;
import io.stoa.examples.WorkId;
import io.stoa.examples.batch.BinPacking.Host;
import io.stoa.examples.batch.BinPacking.Placement;
import io.stoa.proto.v1.CommitMode;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Task;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * Runs jobs to their end: whatever waits and finds room is claimed at once, in one transaction.
 *
 * <p>Nothing is kept but in the cluster. No end of a task is acknowledged before all have ended, so that the cluster
 * goes on to show it: an instance that takes over sees what is done, what runs and what is still to be tried, and goes
 * on. But for ends on agents that drain, since operators wait for these: this instance remembers them, and one that
 * takes over tries them anew, as it does when a host fails.
 */
final class BatchScheduler implements Scheduler {

    private final List<Job> jobs;
    private final String role;
    private final int most;
    private final PrintWriter out;
    private final Settled settled;
    private final Tries tries = new Tries();
    private final Set<WorkId> killed = new HashSet<>();
    private final CompletableFuture<Progress> over = new CompletableFuture<>();
    private String schedulerId = "";

    /**
     * @param most how often a task is tried
     * @param acknowledge a status that was left for later
     * @param out what happens, in lines
     */
    BatchScheduler(List<Job> jobs, String role, int most, Consumer<TaskStatus> acknowledge, PrintWriter out) {
        this.jobs = jobs;
        this.role = role;
        this.most = most;
        this.out = out;
        settled = new Settled(acknowledge);
    }

    /** How the jobs have ended. */
    CompletableFuture<Progress> over() {
        return over;
    }

    @Override
    public void subscribed(Identity identity) {
        schedulerId = identity.getSchedulerId();
        out.println("subscribed " + schedulerId);
    }

    // region propose
    @Override
    public Optional<Proposal> propose(ClusterView view) {
        Collection<Task> tasks = view.tasksOf(schedulerId);
        tries.see(tasks);
        settled.see(endsOnDrainingAgents(tasks, view));
        Progress progress = Progress.of(jobs, tries, most);
        if (progress.isOver()) {
            over.complete(progress);
            return Optional.empty();
        }
        Proposal.Builder proposal = Proposal.on(view).mode(CommitMode.INCREMENTAL);
        progress.surplus().stream().filter(killed::add).forEach(id -> proposal.kill(id.toString()));
        for (Placement placement : BinPacking.pack(progress.waiting(), hosts(view), role)) {
            TaskInfo task = task(placement);
            if (!proposal.isFull(task.getSerializedSize())) {
                proposal.claim(placement.agentId(), task);
            }
        }
        return proposal.size() == 0 ? Optional.empty() : Optional.of(proposal.build());
    }
    // endregion

    private static List<TaskStatus> endsOnDrainingAgents(Collection<Task> tasks, ClusterView view) {
        return tasks.stream()
                .filter(task -> States.isEnd(task.getStatus().getState()))
                .filter(task ->
                        view.agent(task.getAgentId()).filter(States::isDraining).isPresent())
                .map(Task::getStatus)
                .toList();
    }

    private static List<Host> hosts(ClusterView view) {
        return view.agents().stream()
                .filter(agent -> agent.isReachable() && agent.isActive())
                .map(agent -> new Host(agent.id(), agent.free(), agent.total()))
                .toList();
    }

    private static TaskInfo task(Placement placement) {
        Want want = placement.want();
        return want.program().task(want.id(), placement.agentId(), placement.resources(), Map.of());
    }

    @Override
    public void decided(Decision decision, ClusterView view) {
        // What conflicted waits still, as the view shows: it finds another place, there or elsewhere.
        int operations = decision.proposal().operations().size();
        out.println(decision.outcome() + ": "
                + (operations - decision.conflicts().size()) + " of " + operations + " " + decision.message());
        decision.conflicts().forEach(conflict -> out.println("  " + conflict.getMessage()));
    }

    // region updated
    @Override
    public boolean updated(TaskStatus status) {
        out.println(status.getTaskId().getValue() + " " + status.getState());
        tries.see(status.getTaskId().getValue(), status.getState());
        return !States.isEnd(status.getState()) || settled.contains(status);
    }
    // endregion

    @Override
    public void superseded() {
        out.println("another instance has taken over");
    }
}
