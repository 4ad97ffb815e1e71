package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "stats",
        description = {
            "What tasks use: CPU time, memory, and what they may have of it.",
            "Tasks that share an executor are shown together, by the executor's id; where TASK is one that was launched in",
            "a group, what is in its own container is shown."
        })
final class StatsCommand implements Runnable {

    private static final double BYTES_PER_MB = 1024 * 1024;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Parameters(arity = "0..1", paramLabel = "TASK", description = "The id of a task or an executor; by default all.")
    private String taskId = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * What an executor with its tasks uses.
     *
     * @param cpuSeconds since it began
     * @param cpus it is to have
     * @param memMb that it has in memory now
     * @param memLimitMb beyond which it is ended, where its agent isolates memory
     */
    record Row(
            String id,
            String frameworkId,
            String host,
            double cpuSeconds,
            double cpus,
            double memMb,
            double memLimitMb) {}

    @Override
    public void run() {
        HttpEndpoint master = cluster.connect();
        List<Row> rows = new ArrayList<>();
        List<CommandException> silent = new ArrayList<>();
        boolean answered = false;
        for (AgentRow agent : AgentRow.allOf(master.get("/state"))) {
            if (!agent.state().equals("disconnected")) {
                HttpEndpoint endpoint =
                        new HttpEndpoint("agent " + agent.address(), URI.create("http://" + agent.address()));
                try {
                    endpoint.get("/monitor/statistics").forEach(usage -> rows.add(row(usage, agent.hostname())));
                    answered = true;
                } catch (CommandException e) {
                    silent.add(e);
                }
            }
        }
        if (!answered && !silent.isEmpty()) {
            throw silent.get(0);
        }
        // One host that is down is no reason not to show the others.
        silent.forEach(failure ->
                spec.commandLine().getErr().println("stoa: " + Terminal.oneLine(String.valueOf(failure.getMessage()))));
        List<Row> wanted = taskId.isEmpty() ? rows : ofTask(master, rows);
        if (wanted.isEmpty() && !taskId.isEmpty()) {
            throw new CommandException(ExitCode.NOT_FOUND, "no agent says what task " + taskId + " uses");
        }
        output.print(
                new Listing<>(wanted)
                        .id("TASK", Row::id)
                        .text("HOST", Row::host)
                        .number("CPU S", row -> "%.1f".formatted(row.cpuSeconds()))
                        .number("CPUS", row -> "%.2f".formatted(row.cpus()))
                        .number("MEM MB", row -> "%.1f".formatted(row.memMb()))
                        .number("LIMIT MB", row -> "%.0f".formatted(row.memLimitMb()))
                        .text("FRAMEWORK", Row::frameworkId),
                spec.commandLine().getOut());
    }

    private List<Row> ofTask(HttpEndpoint master, List<Row> executors) {
        List<Row> wanted = new ArrayList<>(
                executors.stream().filter(row -> row.id().equals(taskId)).toList());
        TaskDetail.named(master, taskId).stream()
                .filter(task ->
                        task.active() && task.inGroup() && !task.agentAddress().isEmpty())
                .forEach(task -> ofContainer(task).ifPresent(wanted::add));
        return wanted;
    }

    private static Optional<Row> ofContainer(TaskDetail task) {
        JsonNode containers = task.agent()
                .post("/api/v1", "{\"type\":\"GET_CONTAINERS\",\"get_containers\":{\"show_nested\":true}}")
                .path("get_containers")
                .path("containers");
        return StreamSupport.stream(containers.spliterator(), false)
                .filter(container -> TaskDetail.containerName(
                                container.path("container_status").path("container_id"))
                        .equals(task.containerId()))
                .map(container ->
                        row(task.id(), task.frameworkId(), task.hostname(), container.path("resource_statistics")))
                .findFirst();
    }

    private static Row row(JsonNode usage, String host) {
        return row(
                usage.path("executor_id").asText(),
                usage.path("framework_id").asText(),
                host,
                usage.path("statistics"));
    }

    private static Row row(String id, String frameworkId, String host, JsonNode statistics) {
        return new Row(
                id,
                frameworkId,
                host,
                statistics.path("cpus_user_time_secs").asDouble()
                        + statistics.path("cpus_system_time_secs").asDouble(),
                statistics
                        .path(statistics.has("cpus_limit") ? "cpus_limit" : "cpus_soft_limit")
                        .asDouble(),
                statistics.path("mem_rss_bytes").asDouble() / BYTES_PER_MB,
                statistics.path("mem_limit_bytes").asDouble() / BYTES_PER_MB);
    }
}
