package io.stoa.master.operator;

import io.stoa.state.transaction.StateChange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Offer.Operation;

/** How many operations with an id have been done. Safe for use by any thread. */
final class OperationCounts {

    /** As Mesos counts them. */
    static final List<String> TYPES = List.of(
            "create", "create_disk", "destroy", "destroy_disk", "grow_volume", "reserve", "shrink_volume", "unreserve");

    private final Map<String, LongAdder> finished =
            TYPES.stream().collect(Collectors.toMap(Function.identity(), type -> new LongAdder()));

    void count(StateChange.OperationFinished change) {
        LongAdder ofType = finished.get(name(change.operation().info().getType()));
        Objects.requireNonNull(ofType, "an operation on resources").increment();
    }

    static String name(Operation.Type type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    void addTo(Map<String, Double> figures) {
        finished.forEach((type, count) -> figures.put("master/operations/" + type + "/finished", (double) count.sum()));
        figures.put("master/operations/finished", (double)
                finished.values().stream().mapToLong(LongAdder::sum).sum());
    }
}
