package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.v0.ResourceSums;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/** Prints Mesos' {@code /state-summary}: agents and frameworks with the numbers of their tasks. */
final class StateSummary {

    private final MasterFacts facts;
    private final ClusterView view;
    private final Known known;
    private final Map<AgentId, TaskCounts> byAgent = new HashMap<>();
    private final Map<FrameworkId, TaskCounts> byFramework = new HashMap<>();

    StateSummary(MasterFacts facts, ClusterView view, Known known) {
        this.facts = facts;
        this.view = view;
        this.known = known;
        for (Framework framework : view.frameworks()) {
            view.snapshot().tasksOf(framework.id()).forEach(this::count);
            view.completedTasksOf(framework.id()).forEach(this::count);
        }
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

    /** An agent with the numbers of its tasks. */
    record Summarized(ShownAgent shown, TaskCounts counts) {

        boolean isSame(Summarized other) {
            return shown.isSame(other.shown) && counts.equals(other.counts);
        }
    }

    private void count(Task task) {
        AgentId agentId = task.agentId();
        FrameworkId frameworkId = task.key().frameworkId();
        byAgent.computeIfAbsent(agentId, any -> new TaskCounts()).add(task.state(), frameworkId.value());
        byFramework.computeIfAbsent(frameworkId, any -> new TaskCounts()).add(task.state(), agentId.value());
    }

    PiecedBody print() {
        known.agents()
                .show(view.agents().stream()
                        .map(shown -> new Summarized(
                                shown, byAgent.getOrDefault(shown.agent().id(), TaskCounts.NONE)))
                        .toList());
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
        StateKinds.used(own).write("used_resources", out);
        StateKinds.offered(own).write("offered_resources", out);
        out.writeArrayFieldStart("capabilities");
        for (FrameworkInfo.Capability capability : info.getCapabilitiesList()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        out.writeStringField("hostname", info.getHostname());
        out.writeStringField("webui_url", info.getWebuiUrl());
        out.writeBooleanField("active", view.soft().isConnected(id));
        out.writeBooleanField("connected", view.soft().isConnected(id));
        out.writeBooleanField("recovered", view.soft().isRecovered(id));
        byFramework.getOrDefault(id, TaskCounts.NONE).write("slave_ids", out);
        out.writeEndObject();
    }
}
