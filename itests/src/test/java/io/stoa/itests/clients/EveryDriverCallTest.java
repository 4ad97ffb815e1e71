package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A framework made for Mesos 1.11 calls every method of the driver, and hears every callback, on a real cluster. */
@Timeout(240)
class EveryDriverCallTest {

    private static final String RESOURCES = "cpus:4;mem:2048;disk:1024";

    @TempDir
    Path directory;

    @BeforeAll
    static void prepare() throws Exception {
        DriverProcess.prepare();
    }

    @Test
    void everyMethodWorksAndEveryCallbackIsHeard() throws Exception {
        try (ElectedCluster cluster = ElectedCluster.start(directory)
                        .withAgent("127.0.0.1", RESOURCES)
                        .withAgent("127.0.0.2", RESOURCES);
                CuttableLine line = new CuttableLine(cluster.master());
                ClientProcess framework = DriverProcess.start(
                        Files.createDirectory(directory.resolve("framework")), "http://" + line.address(), "every")) {
            framework.tell("start");
            assertThat(framework.awaitSaid("started")).isEqualTo("DRIVER_RUNNING");
            String id = framework.awaitSaid("registered");
            framework.tell("run");
            framework.tell("join");

            launch(framework);
            killAndReconcile(framework);
            turnOffersOffAndOn(framework);
            exchangeMessages(framework);
            int seen = framework.said().size();
            line.cut();
            framework.awaitSaid(seen, "disconnected");
            framework.awaitSaid(seen, "reregistered");
            loseAnAgent(framework, framework.awaitSaid(seen, "offer 127.0.0.2"), cluster.master());

            framework.tell("update wrong");
            assertThat(framework.awaitSaid("error")).startsWith("The 'FrameworkInfo.id' provided");
            assertThat(framework.awaitSaid("ran")).isEqualTo("DRIVER_ABORTED");
            assertThat(framework.awaitSaid("joined")).isEqualTo("DRIVER_ABORTED");
            framework.tell("abort");
            assertThat(framework.awaitSaid("aborted")).isEqualTo("DRIVER_ABORTED");
            framework.tell("stop");
            assertThat(framework.awaitSaid("stopped")).isEqualTo("DRIVER_ABORTED");
            cluster.awaitFramework(id, FrameworkView::removed);
            seen = framework.said().size();
            framework.tell("stop true");
            assertThat(framework.awaitSaid(seen, "stopped")).isEqualTo("DRIVER_STOPPED");
            framework.tell("uncalled");
            assertThat(framework.awaitSaid("uncalled")).isEqualTo("[]");
        }
    }

    private static void launch(ClientProcess framework) throws Exception {
        framework.tell("request");
        framework.tell("accept a sleep 1000");
        framework.awaitSaid("update a TASK_RUNNING");
        for (int way = 1; way <= 4; way++) {
            framework.tell("launch " + way + " way" + way);
            assertThat(framework.awaitSaid("launched way" + way)).isEqualTo("DRIVER_RUNNING");
            framework.awaitSaid("update way" + way + " TASK_RUNNING");
        }
    }

    private static void killAndReconcile(ClientProcess framework) throws Exception {
        framework.tell("kill a");
        framework.awaitSaid("update a TASK_KILLED");
        int seen = framework.said().size();
        framework.tell("reconcile way1");
        framework.awaitSaid(seen, "update way1 TASK_RUNNING REASON_RECONCILIATION SOURCE_MASTER");
        framework.tell("reconcile");
        framework.awaitSaid(seen, "update way4 TASK_RUNNING REASON_RECONCILIATION SOURCE_MASTER");
    }

    private static void turnOffersOffAndOn(ClientProcess framework) throws Exception {
        framework.tell("decline");
        framework.tell("suppress");
        framework.awaitSaid("suppressed DRIVER_RUNNING");
        framework.tell("revive");
        framework.awaitSaid("revived DRIVER_RUNNING");
        framework.tell("suppress *");
        framework.tell("revive *");
        int seen = framework.said().size();
        framework.tell("update *,other other");
        framework.tell("refuse");
        framework.awaitSaid(seen, "refused");
        framework.tell("revive");
        framework.awaitSaid(seen, "offer");
    }

    private static void exchangeMessages(ClientProcess framework) throws Exception {
        framework.tell("executor own " + String.join(" ", DriverProcess.command("driver", "EchoExecutor.java")));
        framework.awaitSaid("update own TASK_RUNNING");
        framework.tell("message own hello");
        framework.awaitSaid("message echo hello");
        framework.tell("message own exit");
        assertThat(framework.awaitSaid("executorLost echo")).isEqualTo("768");
        framework.awaitSaid("update own TASK_FAILED");
    }

    /** @param agent which is on offer */
    private static void loseAnAgent(ClientProcess framework, String agent, String master) throws Exception {
        int seen = framework.said().size();
        HttpRequest gone = HttpRequest.newBuilder(URI.create("http://" + master + "/api/v1"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"type\":\"MARK_AGENT_GONE\",\"mark_agent_gone\":{\"agent_id\":{\"value\":\"" + agent
                                + "\"}}}"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(gone, HttpResponse.BodyHandlers.ofString());
        assertThat(List.of(answer.statusCode(), answer.body())).isEqualTo(List.of(200, ""));
        framework.awaitSaid(seen, "rescinded");
        framework.awaitSaid(seen, "slaveLost " + agent);
    }
}
