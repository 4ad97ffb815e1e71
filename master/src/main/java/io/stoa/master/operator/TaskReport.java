package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskStatus;

/** All that is known of the tasks with one id, in all frameworks: their statuses with reasons and messages, too. */
final class TaskReport {

    private final ClusterSnapshot snapshot;
    private final History history;

    TaskReport(OperatorContext context) {
        snapshot = context.snapshot();
        history = context.history();
    }

    /** {@code {"tasks":[…]}}, the present ones first. */
    byte[] print(String taskId) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                out.writeStartObject();
                out.writeArrayFieldStart("tasks");
                for (Framework framework : snapshot.frameworks()) {
                    Optional<Task> task = snapshot.task(new TaskKey(framework.id(), taskId));
                    if (task.isPresent()) {
                        write(task.get(), out);
                    }
                }
                for (Task task : history.tasksNamed(taskId)) {
                    write(task, out);
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    private void write(Task task, JsonGenerator out) throws IOException {
        FrameworkId frameworkId = task.key().frameworkId();
        Framework framework = history.framework(frameworkId);
        out.writeStartObject();
        out.writeObjectFieldStart("framework");
        out.writeStringField("id", frameworkId.value());
        out.writeStringField("name", framework == null ? "" : framework.info().getName());
        out.writeEndObject();
        Optional<Agent> agent = snapshot.agent(task.agentId());
        if (agent.isPresent()) {
            out.writeObjectFieldStart("agent");
            out.writeStringField("hostname", agent.get().info().getHostname());
            out.writeStringField("address", agent.get().ip() + ":" + agent.get().port());
            out.writeEndObject();
        }
        out.writeStringField("state", task.state().name());
        out.writeBooleanField("active", !task.isTerminal());
        out.writeStringField("resources", task.resources().toString());
        out.writeFieldName("info");
        MesosJson.write(task.info(), out);
        out.writeArrayFieldStart("statuses");
        for (TaskStatus status : task.statuses()) {
            MesosJson.write(status, out);
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
