package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import java.io.IOException;
import java.util.function.Predicate;

/** Prints Mesos' {@code /frameworks}. */
final class FrameworksReport {

    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final History history;
    private final BelongingsFinder belongings;

    FrameworksReport(ClusterSnapshot snapshot, SoftState soft, History history) {
        this.snapshot = snapshot;
        this.soft = soft;
        this.history = history;
        belongings = new BelongingsFinder(snapshot, soft, history);
    }

    /**
     * @param frameworks those to be shown
     * @param printed what is known of tasks and offers
     */
    PiecedBody print(Predicate<FrameworkId> frameworks, PrintedState printed) {
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            write(frameworks, new FrameworkWriter(parts, printed), out);
            out.writeArrayFieldStart("unregistered_frameworks");
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private void write(Predicate<FrameworkId> frameworks, FrameworkWriter writer, JsonGenerator out)
            throws IOException {
        out.writeArrayFieldStart("frameworks");
        for (Framework framework : snapshot.frameworks()) {
            FrameworkId id = framework.id();
            if (frameworks.test(id)) {
                writer.write(
                        framework,
                        belongings.of(id),
                        new FrameworkWriter.Standing(soft.isConnected(id), soft.isRecovered(id), 0));
            }
        }
        out.writeEndArray();
        out.writeArrayFieldStart("completed_frameworks");
        for (History.PastFramework past : history.frameworks()) {
            FrameworkId id = past.framework().id();
            if (frameworks.test(id)) {
                writer.write(
                        past.framework(),
                        Belongings.ofPast(history.tasksOf(id)),
                        new FrameworkWriter.Standing(false, false, past.removedMs()));
            }
        }
        out.writeEndArray();
    }
}
