package io.stoa.agent.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.agent.executor.ExecutorView;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;

/** What {@code /state} of an agent says, in Mesos' shape. */
record StateReport(AgentReport agent) {

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
        values.time("start_time", agent.startedMs());
        out.writeStringField("id", agent.info().getId().getValue());
        out.writeStringField("pid", agent.pid());
        out.writeStringField("hostname", agent.info().getHostname());
        out.writeArrayFieldStart("capabilities");
        for (AgentInfo.Capability capability : AgentCapabilities.ALL) {
            out.writeString(capability.getType().name());
        }
        out.writeEndArray();
        resources(values);
        out.writeArrayFieldStart("resource_providers");
        out.writeEndArray();
        values.attributes(agent.info().getAttributesList());
        if (!agent.masterHostname().isEmpty()) {
            out.writeStringField("master_hostname", agent.masterHostname());
        }
        String logDirectory = agent.flags().get("log_dir");
        if (logDirectory != null) {
            out.writeStringField("log_dir", logDirectory);
        }
        out.writeObjectFieldStart("flags");
        for (Map.Entry<String, String> flag : new TreeMap<>(agent.flags()).entrySet()) {
            out.writeStringField(flag.getKey(), flag.getValue());
        }
        out.writeEndObject();
        frameworks(out);
        out.writeEndObject();
    }

    private void frameworks(JsonGenerator out) throws IOException {
        Map<String, List<ExecutorView>> byFramework = agent.frameworks();
        for (boolean completed : new boolean[] {false, true}) {
            out.writeArrayFieldStart(completed ? "completed_frameworks" : "frameworks");
            for (List<ExecutorView> own : byFramework.values()) {
                if (AgentReport.isCompleted(own) == completed) {
                    framework(out, own);
                }
            }
            out.writeEndArray();
        }
    }

    private void framework(JsonGenerator out, List<ExecutorView> own) throws IOException {
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
                ExecutorView executor = own.get(completed ? own.size() - 1 - i : i);
                if (executor.isCompleted() == completed) {
                    executor(out, executor);
                }
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void executor(JsonGenerator out, ExecutorView executor) throws IOException {
        ExecutorInfo info = executor.info();
        V0Writer values = new V0Writer(out);
        out.writeStartObject();
        out.writeStringField("id", executor.run().executorId());
        out.writeStringField("name", info.getName());
        out.writeStringField("source", ExecutorView.source(info));
        out.writeStringField("container", executor.run().containerId());
        out.writeStringField("directory", agent.paths().sandbox(executor.run()).toString());
        values.resources("resources", executor.resources());
        out.writeStringField("role", executor.role());
        if (info.hasLabels()) {
            values.labels(info.getLabels().getLabelsList());
        }
        if (info.hasType() && !executor.ofCommand()) {
            out.writeStringField("type", info.getType().name());
        }
        for (String list : List.of("tasks", "queued_tasks", "completed_tasks")) {
            out.writeArrayFieldStart(list);
            for (TaskView task : executor.tasks()) {
                if (list.equals(listOf(task))) {
                    task(out, executor, task);
                }
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

    private static void task(JsonGenerator out, ExecutorView executor, TaskView task) throws IOException {
        List<Resource> resources = task.task().getResourcesList();
        TaskWriter.Place place = new TaskWriter.Place(
                task.run().frameworkId(),
                executor.idInTasks().orElse(""),
                task.run().agentId(),
                resources.isEmpty() ? "" : resources.get(0).getAllocationInfo().getRole());
        new TaskWriter(out).write(task.task(), place, task.state(), task.statuses());
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

    private void resources(V0Writer values) throws IOException {
        List<Resource> total = agent.info().getResourcesList();
        List<Resource> allocated = agent.executors().stream()
                .filter(executor -> !executor.isCompleted())
                .flatMap(executor -> executor.resources().stream())
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
