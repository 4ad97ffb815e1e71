package io.stoa.v0;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;

/** A task as Mesos' v0 endpoints print it. */
public final class TaskWriter {

    private final JsonGenerator out;
    private final V0Writer values;

    public TaskWriter(JsonGenerator out) {
        this.out = out;
        values = new V0Writer(out);
    }

    /**
     * Whose a task is and where it runs.
     *
     * @param executorId empty for a command task
     * @param role that its resources are allocated to
     */
    public record Place(String frameworkId, String executorId, String agentId, String role) {}

    public void write(TaskInfo info, Place place, TaskState state, List<TaskStatus> statuses) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", info.getTaskId().getValue());
        out.writeStringField("name", info.getName());
        out.writeStringField("framework_id", place.frameworkId());
        out.writeStringField("executor_id", place.executorId());
        out.writeStringField("slave_id", place.agentId());
        out.writeStringField("state", state.name());
        values.resources("resources", info.getResourcesList());
        if (info.getLimitsCount() > 0) {
            limits(info.getLimitsMap());
        }
        out.writeStringField("role", place.role());
        out.writeArrayFieldStart("statuses");
        for (TaskStatus status : statuses) {
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
            MesosJson.write(
                    status.getContainerStatus().toBuilder().clearExecutorPid().build(), out);
        }
        if (status.hasHealthy()) {
            out.writeBooleanField("healthy", status.getHealthy());
        }
        out.writeEndObject();
    }
}
