package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that ask agents of containers, where an agent is not as it should be. */
@Timeout(120)
class ContainerCommandsTest {

    /** Nobody listens there. */
    private static final String NOBODY = "127.0.0.1:1";

    @AutoClose
    private final StubCluster cluster = new StubCluster();

    @Test
    void aCommandOfWhichNobodyKnowsHowItEndedHasFailed() {
        cluster.tasks(StubCluster.inGroup(cluster.task("TASK_RUNNING")));
        cluster.on("/api/v1", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (type.equals("application/recordio")
                    || Call.parseFrom(body).getType() == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION) {
                StubCluster.send(exchange, 200, "");
                return;
            }
            answerEnd(exchange, Response.WaitContainer.newBuilder().setMessage("lost sight of it"));
        });
        StubCluster.Outcome exec = cluster.run("exec", "t", "--", "true");
        assertThat(exec.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(exec.err()).isEqualTo("stoa: lost sight of it\n");
    }

    @Test
    void whatEndedTheContainerIsSaid() {
        cluster.tasks(StubCluster.inGroup(cluster.task("TASK_RUNNING")));
        cluster.on("/api/v1", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Call call = Call.parseFrom(body);
            if (call.getType() == Call.Type.WAIT_CONTAINER) {
                answerEnd(
                        exchange,
                        Response.WaitContainer.newBuilder()
                                .setExitStatus(9)
                                .setReason(TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY)
                                .setMessage("Memory limit exceeded: Requested: 40MB\n\nMEMORY STATISTICS"));
            } else {
                StubCluster.send(exchange, 200, "");
            }
        });
        StubCluster.Outcome exec = cluster.run("exec", "t", "--", "tail", "/dev/zero");
        assertThat(exec.exitCode()).isEqualTo(128 + 9);
        assertThat(exec.err()).isEqualTo("stoa: Memory limit exceeded: Requested: 40MB\n");
    }

    @Test
    void aTaskOfAGroupHasFiguresOfItsOwn() {
        cluster.tasks(StubCluster.inGroup(cluster.task("TASK_RUNNING")));
        cluster.answer("/api/v1", 200, """
                {"type":"GET_CONTAINERS","get_containers":{"containers":[
                  {"container_id":{"value":"n1"},"resource_statistics":{"mem_rss_bytes":1048576},
                   "container_status":{"container_id":{"value":"n1","parent":{"value":"other"}}}},
                  {"container_id":{"value":"n1"},"resource_statistics":{"mem_rss_bytes":5242880},
                   "container_status":{"container_id":{"value":"n1","parent":{"value":"c1"}}}}]}}
                """);
        StubCluster.Outcome stats = cluster.run("stats", "t", "--output=json");
        assertThat(stats.exitCode()).as(stats.err()).isZero();
        assertThat(stats.out()).contains("\"id\" : \"t\"", "\"mem_mb\" : 5.0").doesNotContain("pod");
    }

    @Test
    void onlyTheAgentOfATaskIsAskedForWhatItUses() {
        cluster.tasks(cluster.task("TASK_RUNNING")
                .replace("\"name\":\"n\"", "\"executor\":{\"executor_id\":{\"value\":\"e\"}}"));
        cluster.answer("/monitor/statistics", 200, """
                [{"executor_id":"e","framework_id":"F1","statistics":{"mem_rss_bytes":3145728}},
                 {"executor_id":"e","framework_id":"F2","statistics":{}},
                 {"executor_id":"t","framework_id":"F1","statistics":{}}]
                """);
        StubCluster.Outcome stats = cluster.run("stats", "t", "--output=json");
        assertThat(stats.exitCode()).as(stats.err()).isZero();
        assertThat(stats.out()).containsOnlyOnce("\"id\"").contains("\"id\" : \"e\"", "\"mem_mb\" : 3.0");
        assertThat(cluster.requests()).containsExactly("GET /stoa/tasks?id=t", "GET /monitor/statistics");
    }

    @Test
    void onlyAgentsWithAnExecutorAreAskedWhatItUses() {
        cluster.answer("/stoa/tasks", 200, "{\"tasks\":[]}");
        agents(cluster.address(), NOBODY);
        cluster.answer(
                "/monitor/statistics",
                200,
                "[{\"executor_id\":\"web-1\",\"statistics\":{}},{\"executor_id\":\"web-2\",\"statistics\":{}}]");
        StubCluster.Outcome stats = cluster.run("stats", "web-1");
        assertThat(stats.exitCode()).as(stats.err()).isZero();
        assertThat(stats.out()).contains("web-1").doesNotContain("web-2");
        assertThat(stats.err()).isEmpty();
        assertThat(cluster.run("stats", "web-2").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    /** Each answers when the other has been asked. */
    @Test
    void agentsAreAskedAtTheSameTime() {
        agents(cluster.address(), cluster.address());
        CountDownLatch asked = new CountDownLatch(2);
        cluster.on("/monitor/statistics", exchange -> {
            asked.countDown();
            await(asked);
            StubCluster.send(exchange, 200, "[{\"executor_id\":\"web-1\",\"statistics\":{}}]");
        });
        StubCluster.Outcome stats = cluster.run("stats");
        assertThat(stats.err()).isEmpty();
        assertThat(stats.out().lines()).hasSize(3);
    }

    @Test
    void oneHostThatIsDownDoesNotHideTheOthers() {
        agents(cluster.address(), NOBODY);
        cluster.answer("/monitor/statistics", 200, "[{\"executor_id\":\"web-1\",\"statistics\":{}}]");
        StubCluster.Outcome stats = cluster.run("stats");
        assertThat(stats.exitCode()).isZero();
        assertThat(stats.out()).contains("web-1");
        assertThat(stats.err()).isEqualTo("stoa: no answer from agent " + NOBODY + " (connection refused)\n");
    }

    @Test
    void whereNobodyAnswersThereAreNoStatistics() {
        agents(NOBODY);
        StubCluster.Outcome stats = cluster.run("stats");
        assertThat(stats.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(stats.err().lines())
                .containsExactly("stoa: no answer from agent " + NOBODY + " (connection refused)");
    }

    @Test
    void anAnswerToWhatIsTypedEndsTheCommandAtOnce() {
        cluster.tasks(StubCluster.inGroup(cluster.task("TASK_RUNNING")));
        cluster.on("/api/v1", exchange -> {
            if (exchange.getRequestHeaders().getFirst("Content-Type").equals("application/recordio")) {
                StubCluster.send(exchange, 400, "Too many containers are attached");
            } else {
                exchange.sendResponseHeaders(200, 0);
                untilItIsOver();
            }
        });
        StubCluster.Outcome exec = cluster.run("exec", "t", "--", "cat");
        assertThat(exec.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(exec.err()).isEqualTo("stoa: Too many containers are attached\n");
    }

    /** The output's end is the command's, however much of it is still on its way. */
    @Test
    void aContainerThatTakesNothingSinceItHasEndedIsNoFailure() {
        cluster.tasks(StubCluster.inGroup(cluster.task("TASK_RUNNING")));
        CountDownLatch asked = new CountDownLatch(1);
        cluster.on("/api/v1", exchange -> {
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (type.equals("application/recordio")) {
                StubCluster.send(exchange, 404, "Container c.exec cannot be found");
                asked.countDown();
                return;
            }
            Call.Type call =
                    Call.parseFrom(exchange.getRequestBody().readAllBytes()).getType();
            if (call == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION) {
                exchange.sendResponseHeaders(200, 0);
                await(asked);
                return;
            }
            answerEnd(exchange, Response.WaitContainer.newBuilder().setExitStatus(7 << 8));
        });
        StubCluster.Outcome exec = cluster.run("exec", "t", "--", "cat");
        assertThat(exec.err()).isEmpty();
        assertThat(exec.exitCode()).isEqualTo(7);
    }

    private static void untilItIsOver() {
        await(new CountDownLatch(1));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answerEnd(HttpExchange exchange, Response.WaitContainer.Builder how) throws IOException {
        byte[] end = Response.newBuilder()
                .setType(Response.Type.WAIT_CONTAINER)
                .setWaitContainer(how)
                .build()
                .toByteArray();
        exchange.sendResponseHeaders(200, end.length);
        exchange.getResponseBody().write(end);
    }

    /** Each has its address for an id; the first has executor {@code web-1}, others have lost the master. */
    private void agents(String... addresses) {
        StringBuilder agents = new StringBuilder();
        for (String address : addresses) {
            agents.append(agents.isEmpty() ? "" : ",")
                    .append("{\"id\":\"%1$s\",\"active\":%2$s,\"hostname\":\"h\",\"pid\":\"slave(1)@%1$s\"}"
                            .formatted(address, agents.isEmpty()));
        }
        String executor = "{\"executor_id\":\"web-1\",\"slave_id\":\"" + addresses[0] + "\"}";
        cluster.answer(
                "/state", 200, "{\"slaves\":[" + agents + "],\"frameworks\":[{\"executors\":[" + executor + "]}]}");
    }
}
