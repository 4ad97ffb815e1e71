package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Marathon relies on, of the driver and of the master, with a framework that does as Marathon does. */
@Timeout(240)
class MarathonNeedsTest {

    @TempDir
    static Path directory;

    private static ElectedCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        DriverProcess.prepare();
        cluster = ElectedCluster.start(directory).withAgent("127.0.0.1", "cpus:4;mem:2048;disk:1024");
    }

    @AfterAll
    static void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Marathon stops its driver when it is disconnected, and a supervisor starts it again. */
    @Test
    void aStopInsideDisconnectedEndsTheRunAndTheTasksGoOn() throws Exception {
        String id;
        try (CuttableLine line = new CuttableLine(cluster.master());
                ClientProcess before = start("before", "http://" + line.address())) {
            before.tell("stop-on disconnected");
            before.tell("run");
            id = before.awaitSaid("registered");
            before.tell("accept kept sleep 1000");
            before.awaitSaid("update kept TASK_RUNNING");

            line.cut();
            before.awaitSaid("disconnected");
            assertThat(before.awaitSaid("stopped")).isEqualTo("DRIVER_STOPPED");
            assertThat(before.awaitSaid("ran")).isEqualTo("DRIVER_STOPPED");
            int seen = before.said().size();
            before.tell("stop true");
            assertThat(before.awaitSaid(seen, "stopped")).isEqualTo("DRIVER_STOPPED");
        }
        try (ClientProcess after = start("after", cluster.url(), id)) {
            after.tell("run");
            assertThat(after.awaitSaid("registered")).isEqualTo(id);
            assertThat(cluster.awaitFramework(id, FrameworkView::connected).tasks())
                    .containsExactly(Map.entry("kept", "TASK_RUNNING"));
            after.tell("kill kept");
            after.awaitSaid("update kept TASK_KILLED");
            after.tell("stop");
            after.awaitSaid("ran");
        }
    }

    /** Marathon's heartbeat. */
    @Test
    void aMadeUpTaskIsUnknownOnTheAgentThatWasNamed() throws Exception {
        try (ClientProcess framework = start("heartbeat", cluster.url())) {
            framework.tell("run");
            framework.awaitSaid("registered");
            framework.tell("reconcile fake-task fake-agent");

            assertThat(framework.awaitSaid("update fake-task"))
                    .isEqualTo("TASK_UNKNOWN REASON_RECONCILIATION SOURCE_MASTER fake-agent");
            framework.tell("stop");
            framework.awaitSaid("ran");
        }
    }

    @Test
    void aRoleThatIsWantedAgainGetsWhatWasDeclined() throws Exception {
        try (ClientProcess framework = start("roles", cluster.url())) {
            framework.tell("run");
            framework.awaitSaid("registered");
            framework.awaitSaid("offer");
            framework.tell("refuse");
            framework.awaitSaid("refused");
            framework.tell("update * *");
            int seen = framework.said().size();
            framework.tell("update *,more more");

            framework.awaitSaid(seen, "offer");
            framework.tell("stop");
            framework.awaitSaid("ran");
        }
    }

    /** Marathon ends with another status where it reads this text. */
    @Test
    void aFrameworkThatWasRemovedIsToldSo() throws Exception {
        try (ClientProcess framework = start("removed", cluster.url())) {
            framework.tell("run");
            String id = framework.awaitSaid("registered");
            HttpRequest teardown = HttpRequest.newBuilder(URI.create("http://" + cluster.master() + "/teardown"))
                    .POST(HttpRequest.BodyPublishers.ofString("frameworkId=" + id))
                    .build();
            HttpClient.newHttpClient().send(teardown, HttpResponse.BodyHandlers.discarding());

            assertThat(framework.awaitSaid("error")).contains("Framework has been removed");
            assertThat(framework.awaitSaid("ran")).isEqualTo("DRIVER_ABORTED");
        }
    }

    private static ClientProcess start(String name, String master, String... id) throws Exception {
        Path home = Files.createDirectory(directory.resolve(name));
        return id.length == 0
                ? DriverProcess.start(home, master, name)
                : DriverProcess.start(home, master, name, id[0]);
    }
}
