package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Task;
import java.io.IOException;
import java.util.Map;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;

/** A task as Mesos' v0 endpoints print it. */
final class TaskWriter {

    private final JsonGenerator out;
    private final V0Writer values;

    TaskWriter(JsonGenerator out) {
        this.out = out;
        values = new V0Writer(out);
    }

    void write(Task task) throws IOException {
        TaskInfo info = task.info();
        out.writeStartObject();
        out.writeStringField("id", task.key().taskId());
        out.writeStringField("name", info.getName());
        out.writeStringField("framework_id", task.key().frameworkId().value());
        out.writeStringField("executor_id", task.executorId().orElse(""));
        out.writeStringField("slave_id", task.agentId().value());
        out.writeStringField("state", task.state().name());
        values.resources("resources", info.getResourcesList());
        if (info.getLimitsCount() > 0) {
            limits(info.getLimitsMap());
        }
        out.writeStringField("role", task.role());
        out.writeArrayFieldStart("statuses");
        for (TaskStatus status : task.statuses()) {
            write(status);
        }
        out.writeEndArray();
        CommandInfo command =
                info.hasCommand() ? info.getCommand() : info.getExecutor().getCommand();
        if (command.hasUser()) {
            out.writeStringField("user", command.getUser());
        }
        if (info.hasLabels()) {
            values.labels(info.getLabels().getLabelsList());
        }
        if (info.hasDiscovery()) {
            out.writeFieldName("discovery");
            MesosJson.write(info.getDiscovery(), out);
        }
        if (info.hasContainer()) {
            out.writeFieldName("container");
            MesosJson.write(info.getContainer(), out);
        }
        if (info.hasHealthCheck()) {
            out.writeFieldName("health_check");
            MesosJson.write(info.getHealthCheck(), out);
        }
        out.writeEndObject();
    }

    private void limits(Map<String, Value.Scalar> limits) throws IOException {
        out.writeObjectFieldStart("limits");
        for (Map.Entry<String, Value.Scalar> limit : limits.entrySet()) {
            values.number(limit.getKey(), limit.getValue().getValue());
        }
        out.writeEndObject();
    }

    private void write(TaskStatus status) throws IOException {
        out.writeStartObject();
        out.writeStringField("state", status.getState().name());
        values.number("timestamp", status.getTimestamp());
        if (status.hasLabels()) {
            values.labels(status.getLabels().getLabelsList());
        }
        if (status.hasContainerStatus()) {
            out.writeFieldName("container_status");
            MesosJson.write(status.getContainerStatus(), out);
        }
        if (status.hasHealthy()) {
            out.writeBooleanField("healthy", status.getHealthy());
        }
        out.writeEndObject();
    }
}
