package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.v0.BuildFacts;
import io.stoa.v0.ResourceSums;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.MasterInfo;

/** Prints one snapshot as Mesos' {@code /state}; fields come in Mesos' order. */
final class StateReport {

    private final MasterFacts facts;
    private final ClusterView view;
    private final PrintedCluster<ResourceSums> printed;

    StateReport(MasterFacts facts, ClusterView view, PrintedCluster<ResourceSums> printed) {
        this.facts = facts;
        this.view = view;
        this.printed = printed;
    }

    PiecedBody print() {
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            printed.agents().show(view.agents());
            out.writeStartObject();
            writeMaster(out);
            writeAgents(parts);
            writeFrameworks(parts);
            out.writeEndObject();
        });
    }

    private void writeMaster(JsonGenerator out) throws IOException {
        V0Writer values = new V0Writer(out);
        MasterInfo info = facts.info();
        out.writeStringField("version", info.getVersion());
        BuildFacts.write(out);
        values.time("start_time", facts.startedMs());
        values.time("elected_time", facts.electedMs());
        out.writeStringField("id", info.getId());
        out.writeStringField("pid", facts.pid());
        out.writeStringField("hostname", info.getHostname());
        out.writeArrayFieldStart("capabilities");
        for (String capability : facts.capabilities()) {
            out.writeString(capability);
        }
        out.writeEndArray();
        int active = printed.agents().sums().mapToInt(Integer::intValue).sum();
        values.number("activated_slaves", active);
        values.number("deactivated_slaves", printed.agents().size() - active);
        values.number("unreachable_slaves", view.unreachable());
        if (info.hasDomain()) {
            out.writeFieldName("domain");
            MesosJson.write(info.getDomain(), out);
        }
        out.writeStringField("leader", facts.pid());
        out.writeObjectFieldStart("leader_info");
        out.writeStringField("id", info.getId());
        out.writeStringField("pid", facts.pid());
        out.writeNumberField("port", info.getAddress().getPort());
        out.writeStringField("hostname", info.getHostname());
        out.writeEndObject();
        for (String shownTwice : List.of("cluster", "log_dir", "external_log_file")) {
            String value = facts.flags().get(shownTwice);
            if (value != null) {
                out.writeStringField(shownTwice, value);
            }
        }
        out.writeObjectFieldStart("flags");
        for (Map.Entry<String, String> flag : new TreeMap<>(facts.flags()).entrySet()) {
            out.writeStringField(flag.getKey(), flag.getValue());
        }
        out.writeEndObject();
    }

    private void writeAgents(JsonParts parts) throws IOException {
        parts.array("slaves", printed.agents());
        parts.out().writeArrayFieldStart("recovered_slaves");
        AgentWriter writer = new AgentWriter(parts.out());
        for (Agent agent : view.recovered()) {
            writer.writeRecovered(agent);
        }
        parts.out().writeEndArray();
    }

    private void writeFrameworks(JsonParts parts) throws IOException {
        new FrameworksReport(view, printed).writeAll(parts);
        empty("orphan_tasks", parts.out());
        empty("unregistered_frameworks", parts.out());
    }

    private static void empty(String name, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        out.writeEndArray();
    }
}
