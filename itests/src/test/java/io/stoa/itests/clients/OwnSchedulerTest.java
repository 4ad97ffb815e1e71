package io.stoa.itests.clients;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The schedulers that stand in the page, with its files, started as it says. */
@Timeout(300)
class OwnSchedulerTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path directory;

    private static ElectedCluster cluster;

    @TempDir
    Path here;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = ElectedCluster.start(directory).withAgent("127.0.0.1", "cpus:4;mem:1024");
    }

    @AfterAll
    static void endCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Map<String, String> master() {
        return Map.of("MASTER", cluster.masters());
    }

    private static Guide guide() throws Exception {
        return Guide.read("write-your-own-scheduler");
    }

    @Test
    void theSmallestOneRunsItsTaskAndEnds() throws Exception {
        Files.writeString(here.resolve("HelloScheduler.java"), guide().block("class HelloScheduler"));
        try (ClientProcess hello = guide().run(here, "java -cp", master())) {
            assertThat(hello.end()).as(hello.printed()).isZero();
            assertThat(hello.printed()).contains("COMMITTED []", "hello TASK_RUNNING", "hello TASK_FINISHED");
        }
    }

    @Test
    void theBatchIsRunToItsEnd() throws Exception {
        Files.writeString(here.resolve("jobs.json"), guide().block("\"count\": 10"));
        try (ClientProcess batch = guide().run(here, "run batch", master())) {
            assertThat(batch.end()).as(batch.printed()).isZero();
            assertThat(batch.printed()).contains("finished: 11, failed: []");
        }
    }

    @Test
    void theServicesAreKeptRunning() throws Exception {
        Files.writeString(here.resolve("services.json"), guide().block("\"crawler\""));
        try (ClientProcess service = guide().run(here, "run service", master())) {
            await(PATIENCE)
                    .untilAsserted(() -> assertThat(service.printed()
                                    .lines()
                                    .filter(line -> line.endsWith(" TASK_RUNNING"))
                                    .map(line -> line.substring(0, line.indexOf(' '))))
                            .containsExactlyInAnyOrder(
                                    "web.0.0", "web.1.0", "web.2.0", "web.3.0", "crawler.0.0", "crawler.1.0"));
        }
    }
}
