package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskCommandsTest {

    /** On an agent that is the stub, too. */
    private static final String TASK = """
            {"framework":{"id":"%s","name":"web"},"agent":{"hostname":"one","address":"%s"},
             "state":"%s","active":%s,"resources":"cpus:0.1; mem:64",
             "info":{"task_id":{"value":"t"},"name":"n","agent_id":{"value":"S1"},
                     "command":{"value":"echo","arguments":["echo","hi"]}},
             "statuses":[{"state":"TASK_RUNNING","source":"SOURCE_EXECUTOR","timestamp":1795218486.5,
                          "container_status":{"container_id":{"value":"c1"}}},
                         {"state":"TASK_FAILED","source":"SOURCE_EXECUTOR","timestamp":1795218487.5,
                          "reason":"REASON_COMMAND_EXECUTOR_FAILED","message":"Command exited with status 7"}]}
            """;

    private static final String ATTACHED = "{\"/frameworks\":\"/w/frameworks\"}";
    private static final String RUN = "/w/frameworks/F1/executors/t/runs/c1";

    private StubCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = new StubCluster();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void taskTellsWhatBecameOfItAndWhy() {
        tasks(task("F1", "TASK_FAILED", false));
        cluster.answer("/files/debug", 200, ATTACHED);
        StubCluster.Outcome task = cluster.run("task", "t");
        assertThat(task.exitCode()).isZero();
        assertThat(task.out())
                .contains("state      FAILED", "framework  web (F1)", "command    echo hi", "sandbox    " + RUN);
        assertThat(task.out().lines())
                .anyMatch(line -> line.matches(
                        "\\S+ \\S+ +FAILED +EXECUTOR +COMMAND_EXECUTOR_FAILED +Command exited with status 7"));
    }

    @Test
    void aTaskOfAGroupHasASandboxOfItsOwn() {
        tasks(task("F1", "TASK_FAILED", false)
                .replace("\"name\":\"n\"", "\"executor\":{\"type\":\"DEFAULT\",\"executor_id\":{\"value\":\"pod\"}}")
                .replace("{\"value\":\"c1\"}", "{\"value\":\"n1\",\"parent\":{\"value\":\"c1\"}}"));
        cluster.answer("/files/debug", 200, ATTACHED);
        assertThat(cluster.run("task", "t").out())
                .contains("sandbox    /w/frameworks/F1/executors/pod/runs/c1/tasks/t\n");
    }

    @Test
    void theNewestRunIsThatOfATaskThatNeverHadAContainer() {
        tasks(task("F1", "TASK_FAILED", false).replace("container_status", "uuid"));
        cluster.answer("/files/debug", 200, ATTACHED);
        assertThat(cluster.run("task", "t").out()).contains("sandbox    /w/frameworks/F1/executors/t/runs/latest\n");
    }

    @Test
    void whatATaskIsCalledCannotMoveTheCursor() {
        String hostile = "\\u001b[2J\\u009b31m";
        tasks(task("F1", "TASK_RUNNING", true)
                .replace("\"n\"", "\"n" + hostile + "\"")
                .replace("\"web\"", "\"web" + hostile + "\"")
                .replace("\"hi\"", "\"hi" + hostile + "\"")
                .replace("\"one\"", "\"one" + hostile + "\"")
                .replace("status 7", "status 7" + hostile));
        cluster.answer("/files/debug", 200, ATTACHED).answer("/stoa/kill", 500, "no" + "\u001b[2J");

        StubCluster.Outcome task = cluster.run("task", "t");
        StubCluster.Outcome kill = cluster.run("kill", "t");

        assertThat(task.out().lines())
                .contains("name       n [2J 31m", "framework  web [2J 31m (F1)", "command    echo hi [2J 31m");
        assertThat(task.out() + kill.err()).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
        assertThat(kill.err()).isEqualTo("stoa: no [2J\n");
    }

    @Test
    void taskIsShownWithoutSandboxWhereItsAgentIsGone() {
        tasks(task("F1", "TASK_FAILED", false));
        StubCluster.Outcome task = cluster.run("task", "t", "-o", "json");
        assertThat(task.exitCode()).isZero();
        assertThat(task.out()).contains("\"sandbox\" : \"\"", "\"reason\" : \"COMMAND_EXECUTOR_FAILED\"");
    }

    @Test
    void anUnknownTaskIsNotFound() {
        tasks();
        StubCluster.Outcome outcome = cluster.run("task", "a b/c&d");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(outcome.err().lines()).containsExactly("stoa: the master knows no task a b/c&d");
        assertThat(cluster.requests()).containsExactly("GET /stoa/tasks?id=a+b%2Fc%26d");
    }

    @Test
    void anIdThatSeveralFrameworksUseNeedsTheFrameworksToo() {
        tasks(task("F1", "TASK_RUNNING", true), task("F2", "TASK_RUNNING", true));
        assertThat(cluster.run("task", "t").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(cluster.run("task", "t", "--framework=F2").out()).contains("web (F2)");
    }

    @Test
    void logsPrintsTheWholeFilePieceByPiece() {
        String text = "0123456789".repeat(10_000);
        tasks(task("F1", "TASK_FINISHED", false));
        cluster.answer("/files/debug", 200, ATTACHED);
        serveFile(RUN + "/stdout", () -> text);
        StubCluster.Outcome logs = cluster.run("logs", "t");
        assertThat(logs.exitCode()).isZero();
        assertThat(logs.out()).isEqualTo(text);
    }

    @Test
    void aCharacterBetweenTwoPiecesIsNotCut() {
        tasks(task("F1", "TASK_FINISHED", false));
        cluster.answer("/files/debug", 200, ATTACHED);
        String text = "x".repeat(64 * 1024 - 2) + "€ is one, and two are 🐳" + "ü".repeat(64 * 1024);
        serveFile(RUN + "/stdout", () -> text);
        assertThat(cluster.run("logs", "t").out()).isEqualTo(text);
    }

    @Test
    void logsFollowsUntilTheTaskHasEnded() {
        AtomicInteger looks = new AtomicInteger();
        cluster.on("/stoa/tasks", exchange -> {
            boolean active = looks.incrementAndGet() < 3;
            StubCluster.send(
                    exchange,
                    200,
                    "{\"tasks\":[" + task("F1", active ? "TASK_RUNNING" : "TASK_FINISHED", active) + "]}");
        });
        cluster.answer("/files/debug", 200, ATTACHED);
        serveFile(RUN + "/stderr", () -> "line\n".repeat(looks.get()));
        assertThat(cluster.run("logs", "-f", "--stderr", "t").out()).isEqualTo("line\nline\nline\n");
    }

    @Test
    void logsOfATaskWithoutThatFileAreNotFound() {
        tasks(task("F1", "TASK_FINISHED", false));
        cluster.answer("/files/debug", 200, ATTACHED).answer("/files/read", 404, "");
        StubCluster.Outcome logs = cluster.run("logs", "t");
        assertThat(logs.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(logs.err()).contains("has no stdout of task t");
    }

    @Test
    void killAsksTheMasterToEndTheFrameworksTask() {
        tasks(task("F1", "TASK_RUNNING", true));
        cluster.answer("/stoa/kill", 200, "{}");
        assertThat(cluster.run("kill", "t").exitCode()).isZero();
        assertThat(cluster.requests()).last().isEqualTo("POST /stoa/kill?id=t&framework=F1");
    }

    @Test
    void aTaskThatHasEndedCannotBeKilled() {
        tasks(task("F1", "TASK_FAILED", false));
        StubCluster.Outcome kill = cluster.run("kill", "t");
        assertThat(kill.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(kill.err().lines()).containsExactly("stoa: task t has ended already: FAILED");
    }

    private void tasks(String... tasks) {
        cluster.answer("/stoa/tasks", 200, "{\"tasks\":[" + String.join(",", tasks) + "]}");
    }

    private String task(String frameworkId, String state, boolean active) {
        return TASK.formatted(frameworkId, cluster.address(), state, active);
    }

    private void serveFile(String path, Supplier<String> text) {
        cluster.on("/files/read", exchange -> {
            String query = URLDecoder.decode(exchange.getRequestURI().getQuery(), StandardCharsets.UTF_8);
            assertThat(query).startsWith("path=" + path + "&offset=");
            byte[] content = text.get().getBytes(StandardCharsets.UTF_8);
            int offset = Integer.parseInt(query.replaceAll(".*offset=(-?\\d+).*", "$1"));
            if (offset == -1) {
                StubCluster.send(exchange, 200, "{\"data\":\"\",\"offset\":" + content.length + "}");
            } else {
                int length = Integer.parseInt(query.replaceAll(".*length=(\\d+).*", "$1"));
                String piece =
                        new String(content, offset, Math.min(content.length - offset, length), StandardCharsets.UTF_8);
                StubCluster.send(
                        exchange, 200, "{\"data\":\"" + piece.replace("\n", "\\n") + "\",\"offset\":" + offset + "}");
            }
        });
    }
}
