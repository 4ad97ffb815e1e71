package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.transaction.StateChange;
import java.net.URLEncoder;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.mesos.v1.Protos.TaskState;

/** What is counted of each framework ({@code --publish_per_framework_metrics}). Safe for use by any thread. */
final class FrameworkFigures {

    private final Map<FrameworkId, Map<TaskState, LongAdder>> ended = new ConcurrentHashMap<>();

    void count(StateChange change) {
        if (change instanceof StateChange.TaskStatusChanged changed && changed.tellsEnd()) {
            LongAdder count = ended.computeIfAbsent(changed.task().key().frameworkId(), FrameworkFigures::counters)
                    .get(changed.status().getState());
            if (count != null) {
                count.increment();
            }
        } else if (change instanceof StateChange.FrameworkRemoved removed) {
            ended.remove(removed.frameworkId());
        }
    }

    private static Map<TaskState, LongAdder> counters(FrameworkId any) {
        Map<TaskState, LongAdder> counters = new EnumMap<>(TaskState.class);
        for (TaskState state : TaskState.values()) {
            if (TaskStates.isTerminal(state)) {
                counters.put(state, new LongAdder());
            }
        }
        return counters;
    }

    void addTo(Map<String, Double> figures, OperatorContext context) {
        for (Framework framework : context.state().snapshot().frameworks()) {
            FrameworkId id = framework.id();
            String prefix = "master/frameworks/" + encoded(framework.info().getName()) + "/" + id + "/";
            figures.put(prefix + "subscribed", context.soft().isConnected(id) ? 1.0 : 0.0);
            Map<TaskState, LongAdder> over = ended.getOrDefault(id, Map.of());
            Optional<TaskCounts> present = context.history().tally().of(id);
            for (TaskState state : TaskState.values()) {
                String name = state.name().toLowerCase(Locale.ROOT);
                LongAdder count = over.get(state);
                if (TaskStates.isTerminal(state)) {
                    figures.put(prefix + "tasks/terminal/" + name, count == null ? 0.0 : count.sum());
                } else {
                    figures.put(prefix + "tasks/active/" + name, (double)
                            present.map(counts -> counts.of(state)).orElse(0));
                }
            }
        }
    }

    /** As in a URL, where a space is not a plus. */
    private static String encoded(String name) {
        return URLEncoder.encode(name, UTF_8).replace("+", "%20");
    }
}
