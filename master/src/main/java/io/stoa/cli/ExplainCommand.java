package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = {
            "Say why a framework is offered nothing more, or what a task waits for, and what would change it."
        })
final class ExplainCommand implements Runnable {

    /** Longer lines are hard to read, however wide the terminal. */
    private static final int MAX_WIDTH = 100;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "TASK|FRAMEWORK",
            description = "A task's id; or a framework's id, its name, or what its id begins or ends with.")
    private String subject = "";

    @Option(
            names = "--framework",
            paramLabel = "FRAMEWORK",
            description = "The framework the task is of, where several have a task of this id.")
    private Optional<String> framework = Optional.empty();

    @Option(names = "--role", paramLabel = "ROLE", description = "The only role of the framework to look at.")
    private Optional<String> role = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        JsonNode answer = cluster.connect().get("/stoa/explain?" + query());
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(Json.print(answer));
        } else {
            long nowMs = answer.path("time_ms").asLong();
            List<String> paragraphs = new ArrayList<>();
            if (answer.has("task")) {
                paragraphs.addAll(new TaskReasons(answer.path("task"), nowMs).paragraphs());
            }
            if (answer.has("framework")) {
                paragraphs.addAll(new FrameworkReasons(answer.path("framework"), nowMs).paragraphs());
            }
            Paragraphs.print(
                    paragraphs,
                    out,
                    Math.min(MAX_WIDTH, Terminal.widthOfStdout().orElse(MAX_WIDTH)));
        }
        out.flush();
    }

    private String query() {
        if (framework.isPresent()) {
            return "task=" + encoded(subject) + "&framework=" + encoded(framework.get());
        }
        return "id=" + encoded(subject)
                + role.map(wanted -> "&role=" + encoded(wanted)).orElse("");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
