package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.v0.ResourceSums;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Prints frameworks as {@code /state} and {@code /frameworks} show them. */
final class FrameworksReport {

    private final ClusterView view;
    private final PrintedCluster<ResourceSums> printed;

    FrameworksReport(ClusterView view, PrintedCluster<ResourceSums> printed) {
        this.view = view;
        this.printed = printed;
    }

    /** {@code /frameworks}. */
    PiecedBody print(Optional<FrameworkId> only) {
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            if (only.isPresent()) {
                write(parts, only.get()::equals);
            } else {
                writeAll(parts);
            }
            out.writeArrayFieldStart("unregistered_frameworks");
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** The fields {@code frameworks} and {@code completed_frameworks}. */
    void writeAll(JsonParts parts) throws IOException {
        Set<FrameworkId> ids = new HashSet<>();
        write(parts, id -> {
            ids.add(id);
            return true;
        });
        printed.retain(ids);
    }

    private void write(JsonParts parts, Predicate<FrameworkId> frameworks) throws IOException {
        FrameworkWriter writer = new FrameworkWriter(parts);
        JsonGenerator out = parts.out();
        out.writeArrayFieldStart("frameworks");
        for (Framework framework : view.frameworks()) {
            FrameworkId id = framework.id();
            if (frameworks.test(id)) {
                writer.write(framework, show(id), FrameworkWriter.Standing.of(id, view.soft()));
            }
        }
        out.writeEndArray();
        out.writeArrayFieldStart("completed_frameworks");
        for (History.PastFramework past : view.pastFrameworks()) {
            FrameworkId id = past.framework().id();
            if (frameworks.test(id)) {
                writer.write(past.framework(), show(id), FrameworkWriter.Standing.ofPast(past.removedMs()));
            }
        }
        out.writeEndArray();
    }

    private PrintedCluster.OfFramework<ResourceSums> show(FrameworkId id) {
        PrintedCluster.OfFramework<ResourceSums> shown = printed.of(id);
        shown.tasks().show(view.tasksOf(id));
        shown.unreachableTasks().show(view.unreachableTasksOf(id));
        shown.completedTasks().show(view.completedTasksOf(id));
        shown.executors().show(view.executorsOf(id));
        shown.offers().show(view.offersOf(id));
        return shown;
    }
}
