package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * All that the master knows of one task.
 *
 * @param inGroup true where Mesos' default executor runs it, in a container and a sandbox of its own in the executor's
 * @param containerId behind those that it is in, each with a dot; empty where nobody has said it
 * @param agentAddress of the agent's HTTP endpoints, {@code ip:port}; empty where the agent is not there any more
 * @param active false for a task that has ended
 * @param command as a line; empty where the image's own runs
 * @param image the Docker image; empty for a task without
 * @param resources in Mesos' text form
 * @param history oldest first
 */
record TaskDetail(
        String id,
        String name,
        String frameworkId,
        String frameworkName,
        String executorId,
        boolean inGroup,
        String containerId,
        String agentId,
        String hostname,
        String agentAddress,
        String state,
        boolean active,
        String command,
        String image,
        String resources,
        List<Update> history) {

    TaskDetail {
        history = List.copyOf(history);
    }

    /**
     * Asks the master for the task with this id: the one that is active, otherwise the one that ended last.
     *
     * @throws CommandException not found; usage where several are active, since ids are unique within a framework only
     */
    static TaskDetail find(HttpEndpoint master, String taskId, Optional<String> frameworkId) {
        List<TaskDetail> found = named(master, taskId).stream()
                .filter(task -> frameworkId.isEmpty() || frameworkId.get().equals(task.frameworkId()))
                .toList();
        List<TaskDetail> active = found.stream().filter(TaskDetail::active).toList();
        if (active.size() > 1) {
            String owners = active.stream().map(TaskDetail::frameworkId).collect(Collectors.joining(", "));
            throw new CommandException(
                    ExitCode.USAGE,
                    "several frameworks have a task " + taskId + "; name one by --framework: " + owners);
        }
        return active.stream()
                .findFirst()
                .or(() -> found.stream().max(Comparator.comparing(TaskDetail::lastTime)))
                .orElseThrow(() -> new CommandException(ExitCode.NOT_FOUND, "the master knows no task " + taskId));
    }

    /** Those of all frameworks. */
    static List<TaskDetail> named(HttpEndpoint master, String taskId) {
        String target = "/stoa/tasks?id=" + URLEncoder.encode(taskId, StandardCharsets.UTF_8);
        return StreamSupport.stream(master.get(target).path("tasks").spliterator(), false)
                .map(TaskDetail::of)
                .toList();
    }

    /** The endpoints of its agent, where there is one. */
    HttpEndpoint agent() {
        return HttpEndpoint.ofAgent(agentAddress);
    }

    private String lastTime() {
        return history.isEmpty() ? "" : history.get(history.size() - 1).time();
    }

    private static TaskDetail of(JsonNode task) {
        JsonNode info = task.path("info");
        JsonNode agent = task.path("agent");
        return new TaskDetail(
                info.path("task_id").path("value").asText(),
                info.path("name").asText(),
                task.path("framework").path("id").asText(),
                task.path("framework").path("name").asText(),
                info.path("executor").path("executor_id").path("value").asText(),
                info.path("executor").path("type").asText().equals("DEFAULT"),
                containerId(task.path("statuses")),
                info.path("agent_id").path("value").asText(),
                agent.path("hostname").asText(),
                agent.path("address").asText(),
                task.path("state").asText().replaceFirst("^TASK_", ""),
                task.path("active").asBoolean(),
                commandLine(info.path("command")),
                info.path("container").path("docker").path("image").asText(),
                task.path("resources").asText(),
                StreamSupport.stream(task.path("statuses").spliterator(), false)
                        .map(Update::of)
                        .toList());
    }

    /** The newest status that says it. */
    private static String containerId(JsonNode statuses) {
        String known = "";
        for (JsonNode status : statuses) {
            String id = containerName(status.path("container_status").path("container_id"));
            known = id.isEmpty() ? known : id;
        }
        return known;
    }

    /** A ContainerID as {@link #containerId} has it. */
    static String containerName(JsonNode containerId) {
        String value = containerId.path("value").asText();
        return containerId.has("parent") ? containerName(containerId.path("parent")) + "." + value : value;
    }

    private static String commandLine(JsonNode command) {
        StringJoiner line = new StringJoiner(" ");
        JsonNode arguments = command.path("arguments");
        if (arguments.isEmpty() || !command.path("value").equals(arguments.get(0))) {
            line.add(command.path("value").asText());
        }
        arguments.forEach(argument -> line.add(argument.asText()));
        return line.toString();
    }

    /**
     * A status of the task.
     *
     * @param time in UTC, ISO 8601
     * @param state without {@code TASK_}
     * @param source without {@code SOURCE_}
     * @param reason without {@code REASON_}; empty where there is none
     */
    record Update(String time, String state, String source, String reason, String message) {

        private static Update of(JsonNode status) {
            return new Update(
                    Moment.ofSeconds(status.path("timestamp").asDouble()),
                    status.path("state").asText().replaceFirst("^TASK_", ""),
                    status.path("source").asText().replaceFirst("^SOURCE_", ""),
                    status.path("reason").asText().replaceFirst("^REASON_", ""),
                    status.path("message").asText());
        }
    }
}
