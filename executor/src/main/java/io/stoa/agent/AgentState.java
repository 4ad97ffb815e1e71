package io.stoa.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.task.TaskView;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.mesos.AgentCapabilities;
import io.stoa.proto.mesos.MesosVersion;
import io.stoa.v0.BuildFacts;
import io.stoa.v0.TaskWriter;
import io.stoa.v0.V0Writer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * What {@code /state} of an agent says, in Mesos' shape.
 *
 * @param info with id once the agent has one
 * @param pid {@code slave(1)@10.0.0.7:5051}
 * @param masterHostname of the master that it is or was registered with; empty before
 * @param startedMs since the epoch
 * @param flags as they were given
 * @param tasks oldest first
 */
record AgentState(
        AgentInfo info,
        String pid,
        String masterHostname,
        long startedMs,
        Map<String, String> flags,
        AgentPaths paths,
        List<TaskView> tasks) {

    /** Characters of a command in the name of its executor. */
    private static final int MAX_SHOWN = 15;

    AgentState {
        flags = new TreeMap<>(flags);
        tasks = List.copyOf(tasks);
    }

    /** In UTF-8. */
    byte[] print() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = MesosJson.generator(bytes)) {
            print(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void print(JsonGenerator out) throws IOException {
        out.writeStartObject();
        V0Writer values = new V0Writer(out);
        out.writeStringField("version", MesosVersion.EMULATED);
        BuildFacts.write(out);
        values.time("start_time", startedMs);
        out.writeStringField("id", info.getId().getValue());
        out.writeStringField("pid", pid);
        out.writeStringField("hostname", info.getHostname());
        out.writeArrayFieldStart("capabilities");
        for (AgentInfo.Capability capability : AgentCapabilities.ALL) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        resources(values);
        out.writeArrayFieldStart("resource_providers");
        out.writeEndArray();
        values.attributes(info.getAttributesList());
        if (!masterHostname.isEmpty()) {
            out.writeStringField("master_hostname", masterHostname);
        }
        String logDirectory = flags.get("log_dir");
        if (logDirectory != null) {
            out.writeStringField("log_dir", logDirectory);
        }
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
        new V0Writer(out).number("failover_timeout", framework.getFailoverTimeout());
        out.writeBooleanField("checkpoint", framework.getCheckpoint());
        out.writeStringField("hostname", framework.getHostname());
        if (framework.hasPrincipal()) {
            out.writeStringField("principal", framework.getPrincipal());
        }
        roles(out, framework);
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
        out.writeStringField(
                "name",
                "Command Executor (Task: " + id + ") (Command: "
                        + shown(task.task().getCommand()) + ")");
        out.writeStringField("source", id);
        out.writeStringField("container", task.run().containerId());
        out.writeStringField("directory", paths.sandbox(task.run()).toString());
        new V0Writer(out).resources("resources", task.task().getResourcesList());
        out.writeStringField("role", roleOf(task));
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
        TaskWriter.Place place =
                new TaskWriter.Place(task.run().frameworkId(), "", task.run().agentId(), roleOf(task));
        new TaskWriter(out).write(task.task(), place, task.state(), task.statuses());
    }

    /** A task's resources are all allocated to one role. */
    private static String roleOf(TaskView task) {
        return task.task().getResourcesCount() == 0
                ? ""
                : task.task().getResources(0).getAllocationInfo().getRole();
    }

    /** A framework that may be in several roles has a list of them, as it said itself. */
    @SuppressWarnings("deprecation") // Mesos' role of frameworks that may be in one only.
    private static void roles(JsonGenerator out, FrameworkInfo framework) throws IOException {
        boolean multiRole = framework.getCapabilitiesList().stream()
                .anyMatch(capability -> capability.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
        if (!multiRole) {
            out.writeStringField("role", framework.getRole());
            return;
        }
        out.writeArrayFieldStart("roles");
        for (String role : framework.getRolesList()) {
            out.writeString(role);
        }
        out.writeEndArray();
    }

    /** The beginning of a command, as Mesos names an executor after it. */
    private static String shown(CommandInfo command) {
        if (!command.hasValue()) {
            return command.getShell() ? "NO COMMAND" : "NO EXECUTABLE";
        }
        if (!command.getShell()) {
            List<String> words = new ArrayList<>(List.of(command.getValue()));
            words.addAll(command.getArgumentsList());
            return "[" + begin(String.join(", ", words)) + "]";
        }
        return "sh -c '" + begin(command.getValue()) + "'";
    }

    private static String begin(String text) {
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN - 3) + "..." : text;
    }

    private void resources(V0Writer values) throws IOException {
        List<Resource> total = info.getResourcesList();
        List<Resource> allocated = tasks.stream()
                .filter(task -> !task.isCompleted())
                .flatMap(task -> task.task().getResourcesList().stream())
                .toList();
        values.resources("resources", total);
        values.reserved("reserved_resources", total);
        values.unreserved("unreserved_resources", total);
        values.reservedInFull("reserved_resources_full", total);
        values.unreservedInFull("unreserved_resources_full", total);
        values.reserved("reserved_resources_allocated", allocated);
        values.unreserved("unreserved_resources_allocated", allocated);
    }
}
