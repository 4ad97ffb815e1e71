package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Prints frameworks as {@code /state} and {@code /frameworks} show them. */
final class FrameworksReport {

    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final History history;
    private final PrintedState printed;
    private final BelongingsFinder belongings;

    FrameworksReport(ClusterSnapshot snapshot, SoftState soft, History history, PrintedState printed) {
        this.snapshot = snapshot;
        this.soft = soft;
        this.history = history;
        this.printed = printed;
        belongings = new BelongingsFinder(snapshot, soft, history);
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
        for (Framework framework : snapshot.frameworks()) {
            FrameworkId id = framework.id();
            if (frameworks.test(id)) {
                Belongings own = belongings.of(id);
                writer.write(framework, show(id, own), own.executors(), FrameworkWriter.Standing.of(id, soft));
            }
        }
        out.writeEndArray();
        out.writeArrayFieldStart("completed_frameworks");
        for (History.PastFramework past : history.frameworks()) {
            FrameworkId id = past.framework().id();
            if (frameworks.test(id)) {
                writer.write(
                        past.framework(),
                        show(id, belongings.of(id)),
                        List.of(),
                        FrameworkWriter.Standing.ofPast(past.removedMs()));
            }
        }
        out.writeEndArray();
    }

    private PrintedState.OfFramework show(FrameworkId id, Belongings own) throws IOException {
        PrintedState.OfFramework shown = printed.of(id);
        shown.tasks().show(own.tasks());
        shown.unreachable().show(own.unreachable());
        shown.completed().show(own.completed());
        shown.offers().show(own.offers());
        return shown;
    }
}
