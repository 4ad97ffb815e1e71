package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that ask agents of containers, where an agent is not as it should be. */
@Timeout(60)
class ContainerCommandsTest {

    /** Nobody listens there. */
    private static final String NOBODY = "127.0.0.1:1";

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
    void aCommandOfWhichNobodyKnowsHowItEndedHasFailed() {
        cluster.answer("/stoa/tasks", 200, """
                {"tasks":[{"framework":{"id":"F1","name":"web"},"agent":{"hostname":"one","address":"%s"},
                  "state":"TASK_RUNNING","active":true,"resources":"cpus:0.1",
                  "info":{"task_id":{"value":"t"},"name":"n","agent_id":{"value":"S1"}},"statuses":[]}]}
                """.formatted(cluster.address()));
        cluster.answer("/state", 200, """
                {"frameworks":[{"id":"F1","executors":[{"tasks":[{"id":"t",
                  "statuses":[{"container_status":{"container_id":{"value":"c"}}}]}]}]}]}
                """);
        cluster.on("/api/v1", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (type.equals("application/recordio")
                    || Call.parseFrom(body).getType() == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION) {
                StubCluster.send(exchange, 200, "");
                return;
            }
            byte[] end = Response.newBuilder()
                    .setType(Response.Type.WAIT_CONTAINER)
                    .setWaitContainer(Response.WaitContainer.newBuilder().setMessage("lost sight of it"))
                    .build()
                    .toByteArray();
            exchange.sendResponseHeaders(200, end.length);
            exchange.getResponseBody().write(end);
        });
        StubCluster.Outcome exec = cluster.run("exec", "t", "--", "true");
        assertThat(exec.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(exec.err()).isEqualTo("stoa: lost sight of it\n");
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
    void whoTypesIsToldThatNobodyListens() throws Exception {
        TaskContainer task = new TaskContainer(
                new HttpEndpoint("agent " + NOBODY, URI.create("http://" + NOBODY)),
                ContainerID.newBuilder().setValue("c").build());
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ContainerTalk talk =
                new ContainerTalk(task, task.id(), System.out, new PrintStream(err, true, StandardCharsets.UTF_8));
        talk.listen(Optional.empty(), Optional.empty());
        try (PipedInputStream output = new PipedInputStream();
                PipedOutputStream container = new PipedOutputStream(output)) {
            CompletableFuture<Void> shown = CompletableFuture.runAsync(() -> talk.show(output));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> err.toString(StandardCharsets.UTF_8).contains("Ctrl-C leaves: no answer from agent"));
            assertThat(shown).isNotDone();
            container.close();
            shown.join();
        }
    }

    private void agents(String... addresses) {
        StringBuilder agents = new StringBuilder();
        for (String address : addresses) {
            agents.append(agents.isEmpty() ? "" : ",")
                    .append("{\"active\":true,\"hostname\":\"h\",\"pid\":\"slave(1)@")
                    .append(address)
                    .append("\"}");
        }
        cluster.answer("/state", 200, "{\"slaves\":[" + agents + "]}");
    }
}
