package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.mesos.AgentPid;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Activation;
import io.stoa.state.model.Agent;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Resource;

/** An agent as Mesos' v0 endpoints print it. */
final class AgentWriter {

    private final JsonGenerator out;
    private final V0Writer values;

    AgentWriter(JsonGenerator out) {
        this.out = out;
        values = new V0Writer(out);
    }

    void write(ShownAgent shown) throws IOException {
        out.writeStartObject();
        writeFields(shown);
        out.writeEndObject();
    }

    /** The same with every resource as a whole. */
    void writeInFull(ShownAgent shown) throws IOException {
        List<Resource> total = shown.agent().total().toProto();
        out.writeStartObject();
        writeFields(shown);
        values.reservedInFull("reserved_resources_full", total);
        values.unreservedInFull("unreserved_resources_full", total);
        values.messages("used_resources_full", shown.used().toProto());
        values.messages(
                "offered_resources_full",
                AllocatedResources.offered(shown.offers()).toProto());
        out.writeEndObject();
    }

    /** The fields of an object that is begun. */
    void writeFields(ShownAgent shown) throws IOException {
        Agent agent = shown.agent();
        List<Resource> total = agent.total().toProto();
        identity(agent);
        out.writeStringField("pid", AgentPid.of(agent));
        values.time("registered_time", agent.registeredAtMs());
        if (agent.reregisteredAtMs() != 0) {
            values.time("reregistered_time", agent.reregisteredAtMs());
        }
        values.resources("resources", total);
        values.resources("used_resources", agent.claimed().toProto());
        StateKinds.offered(shown.offers()).write("offered_resources", out);
        values.reserved("reserved_resources", total);
        values.unreserved("unreserved_resources", total);
        out.writeBooleanField("active", shown.active());
        out.writeBooleanField("deactivated", !agent.activation().isActive());
        out.writeStringField("version", agent.mesosVersion());
        out.writeArrayFieldStart("capabilities");
        for (AgentInfo.Capability capability : agent.capabilities()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        if (agent.activation() instanceof Activation.Drain drain) {
            out.writeFieldName("drain_info");
            MesosJson.write(DrainMessages.of(drain), out);
            values.time("estimated_drain_start_time_seconds", drain.sinceMs());
        }
    }

    /** What is said of an agent that a new leader has not heard of yet, too. */
    void writeRecovered(Agent agent) throws IOException {
        out.writeStartObject();
        identity(agent);
        out.writeEndObject();
    }

    private void identity(Agent agent) throws IOException {
        out.writeStringField("id", agent.id().value());
        out.writeStringField("hostname", agent.info().getHostname());
        out.writeNumberField("port", agent.port());
        values.attributes(agent.info().getAttributesList());
        if (agent.info().hasDomain()) {
            out.writeFieldName("domain");
            MesosJson.write(agent.info().getDomain(), out);
        }
    }
}
