package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ListCommandsTest {

    private static final String STATE = """
            {"slaves":[
              {"id":"S1","hostname":"one","pid":"slave(1)@10.0.0.1:5051","active":true,"deactivated":false,
               "registered_time":1795218486.25,"resources":{"cpus":4.0,"mem":4096.0,"disk":100.0},
               "used_resources":{"cpus":0.3,"mem":96.0,"disk":0.0}},
              {"id":"S2","hostname":"two","pid":"slave(1)@10.0.0.2:5051","active":false,
               "resources":{"cpus":1.0},"used_resources":{}}],
             "frameworks":[
              {"id":"F1","name":"web","user":"root","active":true,"connected":true,"roles":["team","*"],
               "used_resources":{"cpus":0.3,"mem":96.0},
               "tasks":[{"id":"t1","name":"n","framework_id":"F1","executor_id":"","slave_id":"S1",
                 "state":"TASK_RUNNING","resources":{"cpus":0.3,"mem":96.0},
                 "statuses":[{"state":"TASK_STARTING","timestamp":1795218486.1},
                             {"state":"TASK_RUNNING","timestamp":1795218487.5}]}],
               "completed_tasks":[{"id":"t0","framework_id":"F1","slave_id":"S9","state":"TASK_FAILED",
                 "statuses":[]}]},
              {"id":"F2","name":"gone","active":false,"connected":false,"role":"old"}],
             "completed_frameworks":[{"id":"F0","name":"done"}]}
            """;

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    @Test
    void agentsShowsWhatIsInUseAndWhoIsGone() {
        cluster.answer("/state", 200, STATE);
        StubCluster.Outcome agents = cluster.run("agents");
        assertThat(agents.exitCode()).isZero();
        assertThat(agents.out().lines().skip(1))
                .satisfiesExactly(
                        one -> assertThat(one)
                                .matches("S1 +one +10.0.0.1:5051 +active +0.3/4 +96/4096 +0/100 +\\S+ \\S+"),
                        two -> assertThat(two).matches("S2 +two +10.0.0.2:5051 +disconnected +0/1 +0/0 +0/0 +-"));
    }

    @Test
    void frameworksLeavesTheCompletedOutUnlessAskedForAll() {
        cluster.answer("/state", 200, STATE);
        assertThat(cluster.run("frameworks").out())
                .contains("F1", "team,*", "F2", "disconnected", "old")
                .doesNotContain("F0");
        assertThat(cluster.run("frameworks", "--all").out()).contains("F0");
    }

    @Test
    void frameworksSaysByWhichDoorEachIsConnected() {
        cluster.answer("/state", 200, """
                {"frameworks":[
                  {"id":"F1","name":"web","active":true,"connected":true,"roles":["*"]},
                  {"id":"F2","name":"spark","active":true,"connected":true,"roles":["*"],
                   "pid":"scheduler@10.0.0.1:4242"},
                  {"id":"F3","name":"batch","active":true,"connected":true,"roles":["*"],"stoa_door":"rpc"},
                  {"id":"F4","name":"old","active":false,"connected":false,"roles":["*"],
                   "pid":"scheduler@10.0.0.1:4243"}]}
                """);
        assertThat(cluster.run("frameworks").out().lines().skip(1))
                .satisfiesExactly(
                        http -> assertThat(http).matches("F1 +web +active +http +.*"),
                        libprocess -> assertThat(libprocess).matches("F2 +spark +active +libprocess +.*"),
                        rpc -> assertThat(rpc).matches("F3 +batch +active +rpc +.*"),
                        away -> assertThat(away).matches("F4 +old +disconnected +- +.*"));
        assertThat(cluster.run("frameworks", "--output=json").out()).contains("\"door\" : \"rpc\"");
    }

    @Test
    void tasksLeavesTheEndedOutUnlessAskedForAll() {
        cluster.answer("/state", 200, STATE);
        assertThat(cluster.run("tasks").out().lines())
                .hasSize(2)
                .element(1)
                .asString()
                .matches("t1 +RUNNING +web +one +0.3 +96 +\\S+ \\S+");
        assertThat(cluster.run("tasks", "-a").out().lines())
                .hasSize(3)
                .element(2)
                .asString()
                .matches("t0 +FAILED +web +- +0 +0 +-");
    }

    @Test
    void jsonIsAnArrayOfObjectsWithSnakeCaseNames() {
        cluster.answer("/state", 200, STATE);
        assertThat(cluster.run("tasks", "--output=json").out())
                .startsWith("[")
                .contains(
                        "\"framework_name\" : \"web\"",
                        "\"mem_mb\" : 96.0",
                        "\"since\" : \"2026-11-20T23:48:07.500Z\"");
    }

    @Test
    void aMasterThatDoesNotLeadRedirects() {
        try (StubCluster leader = new StubCluster()) {
            leader.answer("/master/state", 200, STATE);
            cluster.on("/state", exchange -> {
                exchange.getResponseHeaders().set("Location", "//" + leader.address() + "/master/state");
                exchange.sendResponseHeaders(307, -1);
            });
            assertThat(cluster.run("tasks").out()).contains("t1");
        }
    }

    @Test
    void nobodyAtTheAddressIsUnreachableInOneLine() {
        String nobody = StubCluster.nobody();
        StubCluster.Outcome outcome = cluster.run("tasks", "--master=" + nobody);
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .isEqualTo("stoa: no answer from master " + nobody + " (connection refused)");
    }

    @Test
    void anUnknownHostIsUnreachableInOneLine() {
        StubCluster.Outcome outcome = cluster.run("tasks", "--master=no.such.host.invalid:1");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(outcome.err()).isEqualTo("stoa: no answer from master no.such.host.invalid:1 (unknown host)\n");
    }

    @Test
    void aMasterThatKnowsNoLeaderIsNoMaster() {
        cluster.answer("/state", 503, "No leader elected");
        StubCluster.Outcome outcome = cluster.run("tasks");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(outcome.err()).isEqualTo("stoa: No leader elected\n");
    }

    @Test
    void anAnswerThatIsNoJsonFailsInOneLine() {
        cluster.answer("/state", 200, "<html>");
        StubCluster.Outcome outcome = cluster.run("tasks");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err().lines()).singleElement().asString().contains("no JSON");
    }

    @Test
    void aRefusalIsToldInTheMastersWords() {
        cluster.answer("/state", 403, "Forbidden by rule\nmore");
        StubCluster.Outcome outcome = cluster.run("tasks");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err().lines()).containsExactly("stoa: Forbidden by rule");
    }
}
