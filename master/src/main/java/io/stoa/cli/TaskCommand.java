package io.stoa.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "task", description = "Show a task: what it is, where it runs, what became of it and why.")
final class TaskCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private TaskOption which = new TaskOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What scripts get. */
    private record Answer(TaskDetail task, String sandbox) {}

    @Override
    public void run() {
        TaskDetail task = which.find(cluster.connect());
        String sandbox = sandbox(task);
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(Json.print(new Answer(task, sandbox)));
        } else {
            facts(task, sandbox).forEach((name, value) -> {
                if (!value.isEmpty()) {
                    out.printf("%-11s%s%n", name, Terminal.oneLine(value));
                }
            });
            out.println();
            new Listing<>(task.history())
                    .text("TIME", update -> Moment.forPeople(update.time()))
                    .text("STATE", TaskDetail.Update::state)
                    .text("SOURCE", TaskDetail.Update::source)
                    .text("REASON", TaskDetail.Update::reason)
                    .text("MESSAGE", TaskDetail.Update::message)
                    .printTable(out, Terminal.widthOfStdout());
        }
        out.flush();
    }

    private static Map<String, String> facts(TaskDetail task, String sandbox) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("task", task.id());
        facts.put("name", task.name());
        facts.put("state", task.state());
        facts.put("framework", task.frameworkName() + " (" + task.frameworkId() + ")");
        facts.put("agent", task.agentId());
        facts.put("host", task.agentAddress().isEmpty() ? "" : task.hostname() + " (" + task.agentAddress() + ")");
        facts.put("resources", task.resources());
        facts.put("image", task.image());
        facts.put("command", task.command());
        facts.put("sandbox", sandbox);
        return facts;
    }

    /** Empty where the agent cannot be asked: the rest of the answer does not need it. */
    private static String sandbox(TaskDetail task) {
        try {
            return Sandbox.of(task).map(Sandbox::directory).orElse("");
        } catch (CommandException e) {
            return "";
        }
    }
}
