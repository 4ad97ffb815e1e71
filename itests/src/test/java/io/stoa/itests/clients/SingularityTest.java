package io.stoa.itests.clients;

import static io.stoa.itests.TaskFiles.awaitLines;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Singularity 1.5.0 as it was released, over the v1 API, configured and started as the page says. */
@Tag("long")
@Timeout(600)
class SingularityTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int FETCH_TIMEOUT_S = 600;
    private static final String FRAMEWORK = "Singularity";

    /** By default it takes its time. */
    private static final String HASTE = """
            checkDeploysEverySeconds: 1
            checkNewTasksEverySeconds: 1
            checkSchedulerEverySeconds: 1
            cleanupEverySeconds: 1
            """;

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private ElectedCluster cluster;
    private ClientProcess singularity;
    private URI api;

    @BeforeAll
    static void fetchSingularity() throws Exception {
        Process fetch = new ProcessBuilder("../bin/lib/fetch-demo").inheritIO().start();
        assertThat(fetch.waitFor(FETCH_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
        assertThat(fetch.exitValue()).isZero();
    }

    @BeforeEach
    void start() throws Exception {
        cluster = ElectedCluster.start(directory)
                .withAgent("127.0.0.1", "cpus:2;mem:1024;ports:[31000-31099]")
                .withAgent("127.0.0.2", "cpus:2;mem:1024;ports:[31100-31199]");
        String port = Integer.toString(cluster.freePort());
        Guide guide = Guide.read("singularity");
        Path configuration = directory.resolve("singularity.yaml");
        Files.writeString(
                configuration,
                guide.block("applicationContextPath")
                                .replace("7099", port)
                                .replace("127.0.0.1:5050", cluster.masters())
                                .replace("127.0.0.1:2181", cluster.zooKeeper())
                        + HASTE);
        singularity = guide.run(
                Files.createDirectory(directory.resolve("here")),
                "SingularityService server",
                Map.of(
                        "SINGULARITY",
                        Path.of("../master/target/demo/lib").toRealPath().toString(),
                        "CONFIGURATION",
                        configuration.toString()));
        api = URI.create("http://127.0.0.1:" + port + "/singularity/api/");
        cluster.awaitFramework(FRAMEWORK, FrameworkView::connected);
    }

    @AfterEach
    void end() throws Exception {
        if (singularity != null) {
            singularity.close();
        }
        cluster.close();
    }

    @Test
    void itsServiceRunsOnOverARestartOfTheMasterAndTheTakeoverByAnother() throws Exception {
        Path starts = directory.resolve("starts");
        ask("POST", "requests", "{\"id\": \"web\", \"requestType\": \"SERVICE\", \"instances\": 2}");
        ask("POST", "deploys", """
                {"deploy": {
                  "requestId": "web",
                  "id": "v1",
                  "command": "echo $$ >> %s; exec sleep 1000",
                  "resources": {"cpus": 0.1, "memoryMb": 32}}}""".formatted(starts));
        Map<String, String> tasks =
                cluster.awaitFramework(FRAMEWORK, running(2)).tasks();

        cluster.killMasterAndStartItAgain();
        assertThat(cluster.awaitFramework(FRAMEWORK, running(2)).tasks()).isEqualTo(tasks);

        cluster.letAnotherMasterTakeOver();
        assertThat(cluster.awaitFramework(FRAMEWORK, running(2)).tasks()).isEqualTo(tasks);

        ask("PUT", "requests/request/web/scale", "{\"instances\": 3}");
        FrameworkView view = cluster.awaitFramework(FRAMEWORK, running(3));
        assertThat(view.tasks()).containsAllEntriesOf(tasks);
        assertThat(view.completedTasks()).isEmpty();
        assertThat(awaitLines(starts, 3))
                .hasSize(3)
                .doesNotHaveDuplicates()
                .allSatisfy(
                        pid -> assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent());
    }

    private static Predicate<FrameworkView> running(int tasks) {
        return view -> view.connected()
                && view.tasks().size() == tasks
                && Set.copyOf(view.tasks().values()).equals(Set.of("TASK_RUNNING"));
    }

    /** As soon as it answers. */
    private void ask(String method, String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(api.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .build();
        await(PATIENCE).ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
        });
    }
}
