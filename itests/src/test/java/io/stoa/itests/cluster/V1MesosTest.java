package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.itests.DriverJar;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedulers of the v1 API on Mesos' two libraries, without native code, on a real cluster. */
@Timeout(240)
class V1MesosTest {

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        DriverJar.path();
        cluster = ProcessCluster.start(directory);
        cluster.agent("agent", "--resources=cpus:2;mem:1024");
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1Mesos", "V0Mesos"})
    void aTaskRunsOverARestartOfTheMasterAndIsKilledByItsFramework(String library) throws Exception {
        try (StoaProcess framework = StoaProcess.startWithDriver(
                directory.resolve(library + ".log"), V1FrameworkMain.class, library, cluster.address())) {
            awaitSaid(framework, "update TASK_RUNNING");
            cluster.killMaster();
            awaitSaid(framework, "disconnected");
            cluster.restartMaster();

            awaitSaid(framework, "update TASK_KILLED");
            List<String> ids = ids(framework);
            assertThat(ids).hasSize(2);
            String id = ids.get(0);
            assertThat(ids).containsOnly(id);
            await().until(() -> isCompleted(id));
            framework.endInput();
            assertThat(framework.await()).isZero();
        }
    }

    private static void awaitSaid(StoaProcess framework, String line) {
        await().untilAsserted(() -> assertThat(framework.said()).contains(line));
    }

    private static List<String> ids(StoaProcess framework) throws Exception {
        return framework
                .said()
                .lines()
                .filter(line -> line.startsWith("subscribed "))
                .map(line -> line.substring("subscribed ".length()))
                .toList();
    }

    private static boolean isCompleted(String id) throws Exception {
        for (JsonNode framework : cluster.get("/frameworks").path("completed_frameworks")) {
            if (framework.path("id").asText().equals(id)) {
                return true;
            }
        }
        return false;
    }
}
