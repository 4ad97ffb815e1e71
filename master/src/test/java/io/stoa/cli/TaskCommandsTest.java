package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskCommandsTest {

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    @Test
    void taskTellsWhatBecameOfItAndWhy() {
        cluster.tasks(cluster.task("TASK_FAILED"));
        cluster.sandboxes();
        StubCluster.Outcome task = cluster.run("task", "t");
        assertThat(task.exitCode()).isZero();
        assertThat(task.out())
                .contains(
                        "state      FAILED",
                        "framework  web (F1)",
                        "command    echo hi",
                        "sandbox    " + StubCluster.SANDBOX);
        assertThat(task.out().lines())
                .anyMatch(line -> line.matches(
                        "\\S+ \\S+ +FAILED +EXECUTOR +COMMAND_EXECUTOR_FAILED +Command exited with status 7"));
    }

    @Test
    void aTaskOfAGroupHasASandboxOfItsOwn() {
        cluster.tasks(StubCluster.inGroup(cluster.task("TASK_FAILED")));
        cluster.sandboxes();
        assertThat(cluster.run("task", "t").out())
                .contains("sandbox    /w/frameworks/F1/executors/pod/runs/c1/tasks/t\n");
    }

    @Test
    void theNewestRunIsThatOfATaskThatNeverHadAContainer() {
        cluster.tasks(cluster.task("TASK_FAILED").replace("container_status", "uuid"));
        cluster.sandboxes();
        assertThat(cluster.run("task", "t").out()).contains("sandbox    /w/frameworks/F1/executors/t/runs/latest\n");
    }

    @Test
    void whatATaskIsCalledCannotMoveTheCursor() {
        String hostile = "\\u001b[2J\\u009b31m";
        cluster.tasks(cluster.task("TASK_RUNNING")
                .replace("\"n\"", "\"n" + hostile + "\"")
                .replace("\"web\"", "\"web" + hostile + "\"")
                .replace("\"hi\"", "\"hi" + hostile + "\"")
                .replace("\"one\"", "\"one" + hostile + "\"")
                .replace("status 7", "status 7" + hostile));
        cluster.sandboxes().answer("/stoa/kill", 500, "no" + "\u001b[2J");

        StubCluster.Outcome task = cluster.run("task", "t");
        StubCluster.Outcome kill = cluster.run("kill", "t");

        assertThat(task.out().lines())
                .contains("name       n [2J 31m", "framework  web [2J 31m (F1)", "command    echo hi [2J 31m");
        assertThat(task.out() + kill.err()).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
        assertThat(kill.err()).isEqualTo("stoa: no [2J\n");
    }

    @Test
    void taskIsShownWithoutSandboxWhereItsAgentIsGone() {
        cluster.tasks(cluster.task("TASK_FAILED"));
        StubCluster.Outcome task = cluster.run("task", "t", "-o", "json");
        assertThat(task.exitCode()).isZero();
        assertThat(task.out()).contains("\"sandbox\" : \"\"", "\"reason\" : \"COMMAND_EXECUTOR_FAILED\"");
    }

    @Test
    void anUnknownTaskIsNotFound() {
        cluster.tasks();
        StubCluster.Outcome outcome = cluster.run("task", "a b/c&d");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(outcome.err().lines()).containsExactly("stoa: the master knows no task a b/c&d");
        assertThat(cluster.requests()).containsExactly("GET /stoa/tasks?id=a+b%2Fc%26d");
    }

    @Test
    void anIdThatSeveralFrameworksUseNeedsTheFrameworksToo() {
        cluster.tasks(cluster.task("TASK_RUNNING"), cluster.task("TASK_RUNNING").replace("F1", "F2"));
        assertThat(cluster.run("task", "t").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(cluster.run("task", "t", "--framework=F2").out()).contains("web (F2)");
    }

    @Test
    void logsPrintsTheWholeFilePieceByPiece() {
        String text = "0123456789".repeat(10_000);
        cluster.tasks(cluster.task("TASK_FINISHED"));
        serveFile("stdout", () -> text);
        StubCluster.Outcome logs = cluster.run("logs", "t");
        assertThat(logs.exitCode()).isZero();
        assertThat(logs.out()).isEqualTo(text);
    }

    @Test
    void aCharacterBetweenTwoPiecesIsNotCut() {
        cluster.tasks(cluster.task("TASK_FINISHED"));
        String text = "x".repeat(64 * 1024 - 2) + "€ is one, and two are 🐳" + "ü".repeat(64 * 1024);
        serveFile("stdout", () -> text);
        assertThat(cluster.run("logs", "t").out()).isEqualTo(text);
    }

    @Test
    void logsFollowsUntilTheTaskHasEnded() {
        AtomicInteger looks = new AtomicInteger();
        cluster.on("/stoa/tasks", exchange -> {
            boolean active = looks.incrementAndGet() < 3;
            StubCluster.send(
                    exchange, 200, "{\"tasks\":[" + cluster.task(active ? "TASK_RUNNING" : "TASK_FINISHED") + "]}");
        });
        serveFile("stderr", () -> "line\n".repeat(looks.get()));
        assertThat(cluster.run("logs", "-f", "--stderr", "t").out()).isEqualTo("line\nline\nline\n");
    }

    @Test
    void logsOfATaskWithoutThatFileAreNotFound() {
        cluster.tasks(cluster.task("TASK_FINISHED"));
        cluster.sandboxes().answer("/files/read", 404, "");
        StubCluster.Outcome logs = cluster.run("logs", "t");
        assertThat(logs.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(logs.err()).contains("has no stdout of task t");
    }

    @Test
    void killAsksTheMasterToEndTheFrameworksTask() {
        cluster.tasks(cluster.task("TASK_RUNNING"));
        cluster.answer("/stoa/kill", 200, "{}");
        assertThat(cluster.run("kill", "t").exitCode()).isZero();
        assertThat(cluster.requests()).last().isEqualTo("POST /stoa/kill?id=t&framework=F1");
    }

    @Test
    void aTaskThatHasEndedCannotBeKilled() {
        cluster.tasks(cluster.task("TASK_FAILED"));
        StubCluster.Outcome kill = cluster.run("kill", "t");
        assertThat(kill.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(kill.err().lines()).containsExactly("stoa: task t has ended already: FAILED");
    }

    private void serveFile(String name, Supplier<String> text) {
        cluster.sandboxes(path -> path.equals(StubCluster.SANDBOX + "/" + name) ? text.get() : "");
    }
}
