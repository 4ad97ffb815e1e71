package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
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
            "a group, what is in its own container is shown. Hosts that do not answer within 10 s are named on stderr."
        })
final class StatsCommand implements Runnable {

    /** So many hosts are asked at the same time. */
    private static final int AT_ONCE = 64;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Parameters(arity = "0..1", paramLabel = "TASK", description = "The id of a task or an executor; by default all.")
    private String taskId = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @param failure where there are no rows for that reason */
    private record Answer(List<StatsRow> rows, Optional<CommandException> failure) {

        private static Answer to(Supplier<List<StatsRow>> question) {
            try {
                return new Answer(question.get(), Optional.empty());
            } catch (CommandException e) {
                return new Answer(List.of(), Optional.of(e));
            }
        }
    }

    @Override
    public void run() {
        List<StatsRow> rows = answers(questions(cluster.connect()));
        if (rows.isEmpty() && !taskId.isEmpty()) {
            throw new CommandException(ExitCode.NOT_FOUND, "no agent says what task " + taskId + " uses");
        }
        output.print(
                new Listing<>(rows)
                        .id("TASK", StatsRow::id)
                        .text("HOST", StatsRow::host)
                        .number("CPU S", row -> "%.1f".formatted(row.cpuSeconds()))
                        .number("CPUS", row -> "%.2f".formatted(row.cpus()))
                        .number("MEM MB", row -> "%.1f".formatted(row.memMb()))
                        .number("LIMIT MB", row -> "%.0f".formatted(row.memLimitMb()))
                        .text("FRAMEWORK", StatsRow::frameworkId),
                spec.commandLine().getOut());
    }

    /** One for each host that has something to say; the master knows which those are. */
    private List<Supplier<List<StatsRow>>> questions(HttpEndpoint master) {
        List<TaskDetail> tasks = taskId.isEmpty()
                ? List.of()
                : TaskDetail.named(master, taskId).stream()
                        .filter(task -> task.active() && !task.agentAddress().isEmpty())
                        .toList();
        if (!tasks.isEmpty()) {
            return tasks.stream()
                    .map(task -> (Supplier<List<StatsRow>>) () -> StatsRow.of(task))
                    .toList();
        }
        JsonNode state = master.get("/state");
        Set<String> withExecutor = agentsWithExecutor(state);
        return AgentRow.allOf(state).stream()
                .filter(agent -> taskId.isEmpty() || withExecutor.contains(agent.id()))
                .map(agent ->
                        (Supplier<List<StatsRow>>) () -> StatsRow.allOn(agent.endpoint(), agent.hostname()).stream()
                                .filter(row -> taskId.isEmpty() || row.id().equals(taskId))
                                .toList())
                .toList();
    }

    private Set<String> agentsWithExecutor(JsonNode state) {
        Set<String> agents = new HashSet<>();
        for (JsonNode framework : state.path("frameworks")) {
            for (JsonNode executor : framework.path("executors")) {
                if (executor.path("executor_id").asText().equals(taskId)) {
                    agents.add(executor.path("slave_id").asText());
                }
            }
        }
        return agents;
    }

    /** One host that is down is no reason not to show the others. */
    private List<StatsRow> answers(List<Supplier<List<StatsRow>>> questions) {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        List<Answer> answers;
        try {
            answers = questions.stream()
                    .map(question -> CompletableFuture.supplyAsync(() -> Answer.to(question), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            threads.shutdownNow();
        }
        List<CommandException> failures =
                answers.stream().flatMap(answer -> answer.failure().stream()).toList();
        if (!failures.isEmpty() && failures.size() == answers.size()) {
            throw failures.get(0);
        }
        failures.forEach(failure -> Terminal.tell(spec.commandLine().getErr(), failure.getMessage()));
        return answers.stream().flatMap(answer -> answer.rows().stream()).toList();
    }
}
