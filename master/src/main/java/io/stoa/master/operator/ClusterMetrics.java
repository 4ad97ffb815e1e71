package io.stoa.master.operator;

import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.metrics.SystemFigures;
import io.stoa.state.StateCounters;
import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.StateChange;
import io.stoa.time.Time;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * The figures of {@code /metrics/snapshot}: Mesos' names where Mesos has them, {@code stoa/…} otherwise. Figures of
 * what is there are the leader's; figures of what has happened count from the start of the process.
 */
public final class ClusterMetrics implements StateListener {

    private static final TaskStatus ENDED_WITH_FRAMEWORK = TaskStatus.newBuilder()
            .setTaskId(TaskID.getDefaultInstance())
            .setState(TaskState.TASK_KILLED)
            .setSource(TaskStatus.Source.SOURCE_MASTER)
            .setReason(TaskStatus.Reason.REASON_FRAMEWORK_REMOVED)
            .buildPartial();

    private final Time time;
    private final long startedMs;
    private final StateCounters counters;
    private final Supplier<Optional<Leading>> leading;
    private final MasterCounts counts = new MasterCounts();
    private final FrameworkFigures frameworks = new FrameworkFigures();
    private final Executor executor;
    private final List<Consumer<Map<String, Double>>> others = new CopyOnWriteArrayList<>();

    /**
     * What there is of a term.
     *
     * @param allocator its own figures
     */
    public record Leading(OperatorContext context, Supplier<CompletableFuture<SortedMap<String, Double>>> allocator) {}

    /**
     * @param counters the shared state's own
     * @param leading empty while another master leads
     * @param executor the operators'; where figures are collected
     */
    public ClusterMetrics(Time time, StateCounters counters, Supplier<Optional<Leading>> leading, Executor executor) {
        this.time = time;
        this.startedMs = time.monotonicMs();
        this.counters = counters;
        this.leading = leading;
        this.executor = executor;
    }

    /** What has happened, as this and others count it. */
    public MasterCounts counts() {
        return counts;
    }

    /** @param figures adds some that are counted elsewhere, from the start of the process; called by any thread */
    public void include(Consumer<Map<String, Double>> figures) {
        others.add(figures);
    }

    @Override
    public void committed(ClusterSnapshot after, List<StateChange> changes) {
        for (StateChange change : changes) {
            frameworks.count(change);
            if (change instanceof StateChange.TaskStatusChanged status) {
                if (status.tellsEnd()) {
                    counts.taskEnded(status.status());
                }
            } else if (change instanceof StateChange.TaskRemoved removed) {
                if (isEndedWithItsFramework(removed.task(), after)) {
                    counts.taskEnded(ENDED_WITH_FRAMEWORK);
                }
            } else if (change instanceof StateChange.AgentAdmitted admitted) {
                counts.count(
                        admitted.agent().reregisteredAtMs() == 0
                                ? MasterEvent.SLAVE_REGISTRATIONS
                                : MasterEvent.SLAVE_REREGISTRATIONS);
            } else if (change instanceof StateChange.AgentBecameUnreachable) {
                counts.count(MasterEvent.SLAVE_REMOVALS);
                counts.count(MasterEvent.REMOVED_UNHEALTHY);
            } else if (change instanceof StateChange.AgentRemoved removed && !after.isGone(removed.agentId())) {
                counts.count(MasterEvent.SLAVE_REMOVALS);
            } else if (change instanceof StateChange.OperationFinished finished) {
                counts.operationEnded(finished.operation().info().getType(), OperationState.OPERATION_FINISHED);
            }
        }
    }

    /** Nobody is told of the end of such tasks. */
    private static boolean isEndedWithItsFramework(Task task, ClusterSnapshot after) {
        return !task.isTerminal() && after.framework(task.key().frameworkId()).isEmpty();
    }

    /** All figures of now, by name. */
    public CompletableFuture<SortedMap<String, Double>> collect() {
        Optional<Leading> term = leading.get();
        return term.map(led -> led.allocator().get().thenApplyAsync(own -> collect(term, own), executor))
                .orElseGet(() -> CompletableFuture.supplyAsync(() -> collect(term, new TreeMap<>()), executor));
    }

    private SortedMap<String, Double> collect(Optional<Leading> term, SortedMap<String, Double> allocator) {
        SortedMap<String, Double> figures = new TreeMap<>(allocator);
        figures.put("master/uptime_secs", (time.monotonicMs() - startedMs) / 1000.0);
        figures.put("master/elected", term.isPresent() ? 1.0 : 0.0);
        counts.addTo(figures);
        others.forEach(other -> other.accept(figures));
        term.map(Leading::context)
                .ifPresentOrElse(context -> addGauges(context, figures), () -> ClusterGauges.addNone(figures));
        SystemFigures.addTo(figures);
        figures.put("stoa/state/transactions_committed", (double) counters.committed());
        figures.put("stoa/state/transactions_conflicted", (double) counters.conflicted());
        figures.put("stoa/state/transactions_refused", (double) counters.refused());
        figures.put("stoa/journal/appends", (double) counters.appends());
        figures.put("stoa/journal/appended_bytes", (double) counters.appendedBytes());
        figures.put("stoa/journal/compactions", (double) counters.compactions());
        return figures;
    }

    private void addGauges(OperatorContext context, SortedMap<String, Double> figures) {
        new ClusterGauges(context, figures).add();
        if (context.facts().publishesPerFramework()) {
            frameworks.addTo(figures, context);
        }
    }
}
