package io.stoa.itests.clients;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.EndOfTasks;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler in JavaScript: the {@code .proto} files are all that it has of Stoa. */
@Timeout(240)
class NodeClientTest {

    @TempDir
    static Path data;

    private static DevCluster cluster;

    @TempDir
    Path directory;

    @BeforeAll
    static void startCluster() throws Exception {
        Client.fetch("node");
        cluster = DevCluster.start(new DevOptions(2, 0, data));
        // They are only about to register, and the scheduler looks for a host once.
        await().until(() -> cluster.master().state().snapshot().agents().size() == 2);
    }

    @AfterAll
    static void endCluster() {
        if (cluster != null) {
            try (DevCluster ending = cluster) {
                new EndOfTasks(ending).close();
            }
        }
    }

    private ClientProcess start(String command) throws IOException {
        return ClientProcess.start(
                directory,
                List.of(
                        "env",
                        "NODE_PATH=" + Client.fetched("node").resolve("node_modules"),
                        "node",
                        Client.source("node", "scheduler.js").toString(),
                        cluster.masterAddress(),
                        command));
    }

    private static String schedulerId(String printed) {
        return printed.lines().findFirst().orElseThrow().replaceFirst("^subscribed as ", "");
    }

    @Test
    void aCommandIsSeenFromItsClaimToItsEndAndNothingStaysBehind() throws Exception {
        Path file = directory.resolve("ran");
        try (ClientProcess scheduler = start("echo ran >> " + file)) {
            assertThat(scheduler.end()).as(scheduler.printed()).isZero();
            assertThat(scheduler.printed().lines())
                    .containsSubsequence("TASK_RUNNING", "TASK_FINISHED")
                    .anyMatch(line -> line.startsWith("launched on "));
            FrameworkView view = FrameworkView.read(cluster.masterAddress(), schedulerId(scheduler.printed()));
            assertThat(view.removed()).isTrue();
            assertThat(view.completedTasks()).containsEntry("task", "TASK_FINISHED");
        }
        assertThat(Files.readAllLines(file)).containsExactly("ran");
    }

    @Test
    void aCommandThatFailsIsAFailureOfTheClient() throws Exception {
        try (ClientProcess scheduler = start("exit 7")) {
            assertThat(scheduler.end()).as(scheduler.printed()).isEqualTo(1);
            assertThat(scheduler.printed().lines()).endsWith("TASK_FAILED");
        }
    }
}
