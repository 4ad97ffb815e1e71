package io.stoa.master.operator;

import io.stoa.metrics.SystemFigures;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.StateCounters;
import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.StateChange;
import io.stoa.time.Time;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * The figures of {@code /metrics/snapshot}: Mesos' names where Mesos has them, {@code stoa/…} otherwise. Figures of
 * what is there are the leader's; figures of what has happened count from the start of the process.
 */
public final class ClusterMetrics implements StateListener {

    private static final String REGISTRATIONS = "master/slave_registrations";
    private static final String REREGISTRATIONS = "master/slave_reregistrations";
    private static final String REMOVALS = "master/slave_removals";
    private static final String UNHEALTHY = "master/slave_removals/reason_unhealthy";
    private static final String UNREGISTERED = "master/slave_removals/reason_unregistered";
    private static final String UNREACHABLE = "master/slave_unreachable_completed";
    private static final String STATUS_UPDATES = "master/valid_status_updates";
    private static final List<String> EVENTS =
            List.of(REGISTRATIONS, REREGISTRATIONS, REMOVALS, UNHEALTHY, UNREGISTERED, UNREACHABLE, STATUS_UPDATES);

    private final Time time;
    private final long startedMs;
    private final StateCounters counters;
    private final Supplier<Optional<Leading>> leading;
    private final Map<TaskState, LongAdder> ended = new EnumMap<>(TaskState.class);
    private final Map<String, LongAdder> events = new TreeMap<>();
    private final OperationCounts operations = new OperationCounts();
    private final FrameworkFigures frameworks = new FrameworkFigures();
    private final Executor executor;

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
        for (TaskState state : TaskState.values()) {
            if (TaskStates.isTerminal(state)) {
                ended.put(state, new LongAdder());
            }
        }
        EVENTS.forEach(name -> events.put(name, new LongAdder()));
    }

    @Override
    public void committed(ClusterSnapshot after, List<StateChange> changes) {
        for (StateChange change : changes) {
            frameworks.count(change);
            if (change instanceof StateChange.TaskStatusChanged status) {
                if (status.tellsEnd()) {
                    Objects.requireNonNull(ended.get(status.status().getState()))
                            .increment();
                }
                if (status.status().hasUuid()) {
                    count(STATUS_UPDATES);
                }
            } else if (change instanceof StateChange.AgentAdmitted admitted) {
                count(admitted.agent().reregisteredAtMs() == 0 ? REGISTRATIONS : REREGISTRATIONS);
            } else if (change instanceof StateChange.AgentBecameUnreachable) {
                count(REMOVALS);
                count(UNHEALTHY);
                count(UNREACHABLE);
            } else if (change instanceof StateChange.AgentRemoved removed && !after.isGone(removed.agentId())) {
                count(REMOVALS);
                count(UNREGISTERED);
            } else if (change instanceof StateChange.OperationFinished finished) {
                operations.count(finished);
            }
        }
    }

    private void count(String event) {
        Objects.requireNonNull(events.get(event)).increment();
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
        ended.forEach((state, count) -> figures.put("master/" + ClusterGauges.name(state), (double) count.sum()));
        events.forEach((name, count) -> figures.put(name, (double) count.sum()));
        operations.addTo(figures);
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
