package io.stoa.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.task.TaskView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;

/**
 * What {@code /state} of an agent says, in Mesos' shape.
 *
 * @param info with id once the agent has one
 * @param pid {@code slave(1)@10.0.0.7:5051}
 * @param startedMs since the epoch
 * @param flags as they were given
 * @param tasks oldest first
 */
record AgentState(
        AgentInfo info, String pid, long startedMs, Map<String, String> flags, AgentPaths paths, List<TaskView> tasks) {

    private static final JsonFactory JSON = new JsonFactory();

    AgentState {
        flags = new TreeMap<>(flags);
        tasks = List.copyOf(tasks);
    }

    /** In UTF-8. */
    byte[] print() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            print(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void print(JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("version", AgentCore.MESOS_VERSION);
        out.writeNumberField("start_time", startedMs / 1_000.0);
        out.writeStringField("id", info.getId().getValue());
        out.writeStringField("pid", pid);
        out.writeStringField("hostname", info.getHostname());
        out.writeArrayFieldStart("capabilities");
        for (AgentInfo.Capability.Type capability : AgentCore.CAPABILITIES) {
            out.writeString(capability.name());
        }
        out.writeEndArray();
        resources(out, "resources", info.getResourcesList());
        attributes(out);
        out.writeObjectFieldStart("flags");
        for (Map.Entry<String, String> flag : flags.entrySet()) {
            out.writeStringField(flag.getKey(), flag.getValue());
        }
        out.writeEndObject();
        frameworks(out);
        out.writeEndObject();
    }

    private void frameworks(JsonGenerator out) throws IOException {
        Map<String, List<TaskView>> byFramework = tasks.stream()
                .collect(Collectors.groupingBy(task -> task.run().frameworkId(), TreeMap::new, Collectors.toList()));
        for (boolean completed : new boolean[] {false, true}) {
            out.writeArrayFieldStart(completed ? "completed_frameworks" : "frameworks");
            for (List<TaskView> own : byFramework.values()) {
                if (own.stream().allMatch(TaskView::isCompleted) == completed) {
                    framework(out, own);
                }
            }
            out.writeEndArray();
        }
    }

    private void framework(JsonGenerator out, List<TaskView> own) throws IOException {
        FrameworkInfo framework = own.get(own.size() - 1).framework();
        out.writeStartObject();
        out.writeStringField("id", own.get(0).run().frameworkId());
        out.writeStringField("name", framework.getName());
        out.writeStringField("user", framework.getUser());
        out.writeNumberField("failover_timeout", framework.getFailoverTimeout());
        out.writeBooleanField("checkpoint", framework.getCheckpoint());
        out.writeStringField("hostname", framework.getHostname());
        out.writeArrayFieldStart("roles");
        for (String role : framework.getRolesList()) {
            out.writeString(role);
        }
        out.writeEndArray();
        for (boolean completed : new boolean[] {false, true}) {
            out.writeArrayFieldStart(completed ? "completed_executors" : "executors");
            // Newest first among the completed: whoever looks for an id finds its last run.
            for (int i = 0; i < own.size(); i++) {
                TaskView task = own.get(completed ? own.size() - 1 - i : i);
                if (task.isCompleted() == completed) {
                    executor(out, task);
                }
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void executor(JsonGenerator out, TaskView task) throws IOException {
        String id = task.run().executorId();
        out.writeStartObject();
        out.writeStringField("id", id);
        out.writeStringField("name", "Command Executor (Task: " + id + ")");
        out.writeStringField("source", id);
        out.writeStringField("container", task.run().containerId());
        out.writeStringField("directory", paths.sandbox(task.run()).toString());
        resources(out, "resources", task.task().getResourcesList());
        for (String list : List.of("tasks", "queued_tasks", "completed_tasks")) {
            out.writeArrayFieldStart(list);
            if (list.equals(listOf(task))) {
                task(out, task);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static String listOf(TaskView task) {
        if (task.isCompleted()) {
            return "completed_tasks";
        }
        return task.state() == TaskState.TASK_STAGING ? "queued_tasks" : "tasks";
    }

    private static void task(JsonGenerator out, TaskView task) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", task.run().executorId());
        out.writeStringField("name", task.task().getName());
        out.writeStringField("framework_id", task.run().frameworkId());
        out.writeStringField("executor_id", "");
        out.writeStringField("slave_id", task.run().agentId());
        out.writeStringField("state", task.state().name());
        resources(out, "resources", task.task().getResourcesList());
        out.writeArrayFieldStart("statuses");
        for (TaskStatus status : task.statuses()) {
            out.writeStartObject();
            out.writeStringField("state", status.getState().name());
            out.writeNumberField("timestamp", status.getTimestamp());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /** Scalars of all roles added up; Mesos names these four in any case. */
    private static void resources(JsonGenerator out, String field, List<Resource> resources) throws IOException {
        Map<String, Double> scalars = new TreeMap<>(Map.of("cpus", 0.0, "disk", 0.0, "gpus", 0.0, "mem", 0.0));
        Map<String, String> ranges = new TreeMap<>();
        for (Resource resource : resources) {
            if (resource.getType() == Value.Type.SCALAR) {
                scalars.merge(resource.getName(), resource.getScalar().getValue(), Double::sum);
            } else if (resource.getType() == Value.Type.RANGES) {
                ranges.merge(resource.getName(), text(resource.getRanges()), (one, two) -> one + two);
            }
        }
        out.writeObjectFieldStart(field);
        for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
            out.writeNumberField(scalar.getKey(), scalar.getValue());
        }
        for (Map.Entry<String, String> range : ranges.entrySet()) {
            out.writeStringField(range.getKey(), range.getValue());
        }
        out.writeEndObject();
    }

    private static String text(Value.Ranges ranges) {
        return ranges.getRangeList().stream()
                .map(range -> range.getBegin() + "-" + range.getEnd())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private void attributes(JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("attributes");
        for (var attribute : info.getAttributesList()) {
            out.writeFieldName(attribute.getName());
            switch (attribute.getType()) {
                case SCALAR -> out.writeNumber(attribute.getScalar().getValue());
                case RANGES -> out.writeString(text(attribute.getRanges()));
                default -> out.writeString(attribute.getText().getValue());
            }
        }
        out.writeEndObject();
    }
}
