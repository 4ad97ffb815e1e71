package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.v0.ResourceSums;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/** Prints Mesos' {@code /state-summary}: agents and frameworks with the numbers of their tasks. */
final class StateSummary {

    private static final TaskCounts NO_TASKS = new TaskCounts();

    private final MasterFacts facts;
    private final ClusterView view;
    private final Known known;

    StateSummary(MasterFacts facts, ClusterView view, Known known) {
        this.facts = facts;
        this.view = view;
        this.known = known;
    }

    /**
     * What is known of the answer before.
     *
     * @param sums of what frameworks use and are offered
     */
    record Known(PrintedArray<Summarized, Integer> agents, PrintedCluster<ResourceSums> sums) {

        Known() {
            this(
                    new PrintedArray<>(new PrintedArray.Kind<>(
                            summarized -> summarized.shown().agent().id(),
                            Summarized::isSame,
                            JsonParts.elements(StateSummary::write),
                            List::size)),
                    new PrintedCluster<>(StateKinds.ALL.unprinted()));
        }
    }

    /**
     * An agent with the numbers of its tasks.
     *
     * @param changes how often they had changed before they were looked at
     */
    record Summarized(ShownAgent shown, TaskCounts counts, long changes) {

        @SuppressWarnings("ReferenceEquality")
        boolean isSame(Summarized other) {
            return shown.isSame(other.shown) && counts == other.counts && changes == other.changes;
        }
    }

    PiecedBody print() {
        known.agents().show(view.agents().stream().map(this::summarize).toList());
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            out.writeStringField("hostname", facts.info().getHostname());
            String cluster = facts.flags().get("cluster");
            if (cluster != null) {
                out.writeStringField("cluster", cluster);
            }
            parts.array("slaves", known.agents());
            out.writeArrayFieldStart("frameworks");
            Set<FrameworkId> ids = new HashSet<>();
            for (Framework framework : view.frameworks()) {
                write(framework, out);
                ids.add(framework.id());
            }
            known.sums().retain(ids);
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private Summarized summarize(ShownAgent shown) {
        TaskCounts counts = view.tally().on(shown.agent().id()).orElse(NO_TASKS);
        return new Summarized(shown, counts, counts.changes());
    }

    private static void write(Summarized summarized, JsonGenerator out) throws IOException {
        out.writeStartObject();
        new AgentWriter(out).writeFields(summarized.shown());
        summarized.counts().write("framework_ids", out);
        out.writeEndObject();
    }

    private void write(Framework framework, JsonGenerator out) throws IOException {
        FrameworkId id = framework.id();
        FrameworkInfo info = framework.info();
        PrintedCluster.OfFramework<ResourceSums> own = known.sums().of(id);
        own.tasks().show(view.tasksOf(id));
        own.executors().show(view.executorsOf(id));
        own.offers().show(view.offersOf(id));
        out.writeStartObject();
        out.writeStringField("id", id.value());
        out.writeStringField("name", info.getName());
        Optional<String> pid = view.soft().pid(id);
        if (pid.isPresent()) {
            out.writeStringField("pid", pid.get());
        }
        StateKinds.used(own).write("used_resources", out);
        StateKinds.offered(own).write("offered_resources", out);
        out.writeArrayFieldStart("capabilities");
        for (FrameworkInfo.Capability capability : info.getCapabilitiesList()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        out.writeStringField("hostname", info.getHostname());
        out.writeStringField("webui_url", info.getWebuiUrl());
        out.writeBooleanField("active", view.soft().isActive(id));
        out.writeBooleanField("connected", view.soft().isConnected(id));
        out.writeBooleanField("recovered", view.soft().isRecovered(id));
        view.tally().of(id).orElse(NO_TASKS).write("slave_ids", out);
        out.writeEndObject();
    }
}
