package io.stoa.master.operator;

import io.stoa.metrics.SystemFigures;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.StateCounters;
import io.stoa.state.StateListener;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.StateChange;
import io.stoa.time.Time;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * The figures of {@code /metrics/snapshot}: Mesos' names where Mesos has them, {@code stoa/…} otherwise. Figures of
 * what is there are counted when somebody asks; figures of what has happened count from the start of the process.
 */
public final class ClusterMetrics implements StateListener {

    private static final String REGISTRATIONS = "master/slave_registrations";
    private static final String REREGISTRATIONS = "master/slave_reregistrations";
    private static final String REMOVALS = "master/slave_removals";
    private static final String UNHEALTHY = "master/slave_removals/reason_unhealthy";
    private static final String UNREACHABLE = "master/slave_unreachable_completed";
    private static final String STATUS_UPDATES = "master/valid_status_updates";
    private static final List<String> EVENTS =
            List.of(REGISTRATIONS, REREGISTRATIONS, REMOVALS, UNHEALTHY, UNREACHABLE, STATUS_UPDATES);

    private final Time time;
    private final long startedMs;
    private final StateCounters counters;
    private final Supplier<ClusterSnapshot> snapshot;
    private final Supplier<Optional<SoftState>> leading;
    private final Map<TaskState, LongAdder> ended = new EnumMap<>(TaskState.class);
    private final Map<String, LongAdder> events = new TreeMap<>();

    /**
     * @param counters the shared state's own
     * @param leading what is soft in this term; empty while another master leads
     */
    public ClusterMetrics(
            Time time,
            StateCounters counters,
            Supplier<ClusterSnapshot> snapshot,
            Supplier<Optional<SoftState>> leading) {
        this.time = time;
        this.startedMs = time.monotonicMs();
        this.counters = counters;
        this.snapshot = snapshot;
        this.leading = leading;
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
            if (change instanceof StateChange.TaskStatusChanged status) {
                if (TaskStates.isTerminal(status.status().getState())) {
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
            } else if (change instanceof StateChange.AgentRemoved) {
                count(REMOVALS);
            }
        }
    }

    private void count(String event) {
        Objects.requireNonNull(events.get(event)).increment();
    }

    /** All figures of now, by name. */
    public SortedMap<String, Double> collect() {
        SortedMap<String, Double> figures = new TreeMap<>();
        ClusterSnapshot now = snapshot.get();
        Optional<SoftState> soft = leading.get();
        figures.put("master/uptime_secs", (time.monotonicMs() - startedMs) / 1000.0);
        figures.put("master/elected", soft.isPresent() ? 1.0 : 0.0);
        ended.forEach((state, count) -> figures.put("master/" + name(state), (double) count.sum()));
        events.forEach((name, count) -> figures.put(name, (double) count.sum()));
        tasks(now, figures);
        for (String resource : List.of("cpus", "mem", "disk", "gpus")) {
            resource(now, resource, figures);
        }
        soft.ifPresent(present -> {
            connections(now, present, figures);
            offered(present, figures);
        });
        SystemFigures.addTo(figures);
        figures.put("stoa/state/transactions_committed", (double) counters.committed());
        figures.put("stoa/state/transactions_conflicted", (double) counters.conflicted());
        figures.put("stoa/state/transactions_refused", (double) counters.refused());
        figures.put("stoa/journal/appends", (double) counters.appends());
        figures.put("stoa/journal/appended_bytes", (double) counters.appendedBytes());
        figures.put("stoa/journal/compactions", (double) counters.compactions());
        return figures;
    }

    /** States that end a task were counted as they came; the others are counted by who is in them. */
    private static void tasks(ClusterSnapshot now, Map<String, Double> figures) {
        Map<TaskState, Integer> present = new EnumMap<>(TaskState.class);
        for (TaskState state : TaskState.values()) {
            if (!TaskStates.isTerminal(state) && state != TaskState.TASK_UNKNOWN) {
                present.put(state, 0);
            }
        }
        for (Task task : now.tasks()) {
            present.computeIfPresent(task.state(), (state, count) -> count + 1);
        }
        present.forEach((state, count) -> figures.put("master/" + name(state), (double) count));
    }

    private static void connections(ClusterSnapshot now, SoftState soft, Map<String, Double> figures) {
        AgentCounts agents = AgentCounts.of(now, soft);
        figures.put("master/slaves_active", (double) agents.active());
        figures.put("master/slaves_connected", (double) agents.active());
        figures.put("master/slaves_inactive", (double) agents.inactive());
        figures.put("master/slaves_disconnected", (double) agents.inactive());
        figures.put("master/slaves_unreachable", (double) agents.unreachable());
        double streaming = now.frameworks().stream()
                .map(Framework::id)
                .filter(soft::isConnected)
                .count();
        figures.put("master/frameworks_active", streaming);
        figures.put("master/frameworks_connected", streaming);
        figures.put("master/frameworks_inactive", now.frameworks().size() - streaming);
        figures.put("master/frameworks_disconnected", now.frameworks().size() - streaming);
        figures.put("master/outstanding_offers", (double) soft.openOffers().size());
    }

    private static void resource(ClusterSnapshot now, String name, Map<String, Double> figures) {
        long total = 0;
        long used = 0;
        for (Agent agent : now.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                total += agent.total().scalarMilli(name);
                used += agent.claimed().scalarMilli(name);
            }
        }
        figures.put("master/" + name + "_total", total / 1000.0);
        figures.put("master/" + name + "_used", used / 1000.0);
        figures.put("master/" + name + "_percent", total == 0 ? 0.0 : (double) used / total);
        // There are no revocable resources here, but there are dashboards that ask for them.
        for (String of : List.of("total", "used", "percent")) {
            figures.put("master/" + name + "_revocable_" + of, 0.0);
        }
    }

    /** What the allocator has to give, and how much of it is given. */
    private static void offered(SoftState soft, Map<String, Double> figures) {
        Map<String, Double> offered = new TreeMap<>();
        for (Offer offer : soft.openOffers()) {
            for (Resource resource : offer.getResourcesList()) {
                offered.merge(resource.getName(), resource.getScalar().getValue(), Double::sum);
            }
        }
        for (String name : List.of("cpus", "mem", "disk", "gpus")) {
            double total = figures.getOrDefault("master/" + name + "_total", 0.0);
            double used = figures.getOrDefault("master/" + name + "_used", 0.0);
            figures.put("allocator/mesos/resources/" + name + "/total", total);
            figures.put(
                    "allocator/mesos/resources/" + name + "/offered_or_allocated",
                    used + offered.getOrDefault(name, 0.0));
        }
    }

    /** {@code tasks_running}. */
    private static String name(TaskState state) {
        return state.name().toLowerCase(Locale.ROOT).replaceFirst("^task", "tasks");
    }
}
