package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Framework;
import io.stoa.state.model.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;

/** A framework with its tasks and offers as Mesos' v0 endpoints print it. */
final class FrameworkWriter {

    private final JsonGenerator out;
    private final V0Writer values;
    private final TaskWriter taskWriter;

    FrameworkWriter(JsonGenerator out) {
        this.out = out;
        values = new V0Writer(out);
        taskWriter = new TaskWriter(out);
    }

    /**
     * What belongs to a framework.
     *
     * @param tasks on agents that are there
     * @param unreachable on agents that are not
     * @param completed oldest first
     */
    record Belongings(Collection<Task> tasks, Collection<Task> unreachable, List<Task> completed, List<Offer> offers) {}

    void write(Framework framework, Belongings belongings, boolean connected) throws IOException {
        FrameworkInfo info = framework.info();
        List<Resource> used = framework.claimed().toProto();
        List<Resource> offered = AgentWriter.resourcesOf(belongings.offers());
        List<Resource> both = new ArrayList<>(used);
        both.addAll(offered);
        out.writeStartObject();
        out.writeStringField("id", framework.id().value());
        out.writeStringField("name", info.getName());
        values.resources("used_resources", used);
        values.resources("offered_resources", offered);
        out.writeArrayFieldStart("capabilities");
        for (FrameworkInfo.Capability capability : info.getCapabilitiesList()) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        out.writeStringField("hostname", info.getHostname());
        out.writeStringField("webui_url", info.getWebuiUrl());
        out.writeBooleanField("active", connected);
        out.writeBooleanField("connected", connected);
        out.writeBooleanField("recovered", false);
        out.writeStringField("user", info.getUser());
        values.number("failover_timeout", info.getFailoverTimeout());
        out.writeBooleanField("checkpoint", info.getCheckpoint());
        values.time("registered_time", framework.registeredAtMs());
        values.time("unregistered_time", 0);
        if (info.hasPrincipal()) {
            out.writeStringField("principal", info.getPrincipal());
        }
        values.resources("resources", both);
        if (framework.reregisteredAtMs() != 0) {
            values.time("reregistered_time", framework.reregisteredAtMs());
        }
        roles(info);
        tasks("tasks", belongings.tasks());
        tasks("unreachable_tasks", belongings.unreachable());
        tasks("completed_tasks", belongings.completed());
        out.writeArrayFieldStart("offers");
        for (Offer offer : belongings.offers()) {
            write(offer);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("executors");
        out.writeEndArray();
        if (info.hasLabels()) {
            values.labels(info.getLabels().getLabelsList());
        }
        out.writeObjectFieldStart("offer_constraints");
        out.writeEndObject();
        out.writeEndObject();
    }

    private void roles(FrameworkInfo info) throws IOException {
        List<String> roles = List.copyOf(FrameworkRoles.of(info));
        boolean multiRole = info.getCapabilitiesList().stream()
                .anyMatch(capability -> capability.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
        if (!multiRole) {
            out.writeStringField("role", roles.get(0));
            return;
        }
        out.writeArrayFieldStart("roles");
        for (String role : roles) {
            out.writeString(role);
        }
        out.writeEndArray();
    }

    private void tasks(String name, Collection<Task> tasks) throws IOException {
        out.writeArrayFieldStart(name);
        for (Task task : tasks) {
            taskWriter.write(task);
        }
        out.writeEndArray();
    }

    private void write(Offer offer) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", offer.getId().getValue());
        out.writeStringField("framework_id", offer.getFrameworkId().getValue());
        out.writeFieldName("allocation_info");
        MesosJson.write(offer.getAllocationInfo(), out);
        out.writeStringField("slave_id", offer.getAgentId().getValue());
        values.resources("resources", offer.getResourcesList());
        out.writeEndObject();
    }
}
