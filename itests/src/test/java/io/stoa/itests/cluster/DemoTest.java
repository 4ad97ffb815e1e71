package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.cli.Stoa;
import io.stoa.cli.demo.DemoCommand;
import io.stoa.itests.clients.FrameworkView;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Singularity 1.5.0 as it was released: subscribes, deploys a service, checks its health, kills an instance and puts
 * another in its place, reconciles, and runs a job to its end.
 */
@Timeout(600)
class DemoTest {

    private static final Path STOA_HOME = Path.of("..").toAbsolutePath().normalize();
    private static final int FETCH_TIMEOUT_S = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String FRAMEWORK = "Singularity";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @BeforeAll
    static void fetchSingularity() throws Exception {
        Process fetch = new ProcessBuilder(
                        STOA_HOME.resolve("bin/lib/fetch-demo").toString())
                .inheritIO()
                .start();
        assertThat(fetch.waitFor(FETCH_TIMEOUT_S, TimeUnit.SECONDS)).isTrue();
        assertThat(fetch.exitValue()).isZero();
        System.setProperty("stoa.home", STOA_HOME.toString());
    }

    @AfterAll
    static void forgetHome() {
        System.clearProperty("stoa.home");
    }

    @Test
    void singularityDeploysAServiceKillsReconcilesAndRunsAJob() {
        Said out = new Said(" says: hello", 3, this::killAndReconcile);
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--port=0");
        assertThat(exitCode).as("%s%s", out, err).isZero();
        assertThat(out.toString())
                .contains("hello from instance 1", "hello from instance 2", "hello from instance 3", "has finished");
        assertThat(homeIn(out.toString())).doesNotExist();
    }

    /** Three instances run; the demo waits meanwhile. */
    private void killAndReconcile(String said) {
        String master = find("master ([^ ,]+)", said);
        URI api = URI.create(find("subscribed to the master: (\\S+)", said) + "/api/");
        List<String> tasks = view(master).tasks().keySet().stream().sorted().toList();
        assertThat(tasks).hasSize(3);
        String victim = tasks.get(0);

        ask("DELETE", api.resolve("tasks/task/" + victim));

        await(PATIENCE).untilAsserted(() -> {
            FrameworkView view = view(master);
            assertThat(view.completedTasks()).containsExactly(Map.entry(victim, "TASK_KILLED"));
            assertThat(view.tasks()).hasSize(3).containsKeys(tasks.get(1), tasks.get(2));
            assertThat(view.tasks().values()).containsOnly("TASK_RUNNING");
            assertThat(states(api, victim)).endsWith("TASK_KILLED");
        });
        Map<String, String> running = view(master).tasks();
        long replacedMs = System.currentTimeMillis();

        await(PATIENCE).untilAsserted(() -> {
            JsonNode statistics = ask("GET", api.resolve("state/task-reconciliation"));
            assertThat(statistics.path("taskReconciliationStartedAt").asLong()).isGreaterThan(replacedMs);
            assertThat(statistics.path("taskReconciliationResponseCount").asInt())
                    .isEqualTo(3);
        });
        assertThat(view(master).tasks()).isEqualTo(running);
        for (String task : running.keySet()) {
            assertThat(states(api, task)).contains("TASK_RUNNING").doesNotContain("TASK_LOST");
        }
        assertThat(ask("GET", api.resolve("history/request/web/tasks/active"))).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"--keep=false, 130", "--keep=true, 143"})
    void aSignalEndsAllOfItAndLeavesItsDirectoryOnlyToWhoWantsIt(String keep, int status) throws Exception {
        try (StoaProcess demo = StoaProcess.start(directory.resolve("said"), Stoa.class, "demo", "--port=0", keep)) {
            await(PATIENCE).until(() -> demo.said().contains("starting (it takes its time)"));
            Path home = homeIn(demo.said());
            String config = home.resolve("singularity.yaml").toString();
            assertThat(isRunning(config)).isTrue();

            assertThat(status == 130 ? demo.interrupt() : demo.terminate())
                    .as(demo.said())
                    .isEqualTo(status);

            assertThat(isRunning(config)).isFalse();
            assertThat(demo.said()).doesNotContain("Singularity ended");
            if (status == 143) {
                // From here on it goes with the test's.
                Path kept = Files.move(home, directory.resolve("kept"));
                assertThat(kept.resolve("singularity.log")).exists();
                assertThat(demo.said()).contains("stay in " + home);
            } else {
                assertThat(home).doesNotExist();
            }
        }
    }

    private static boolean isRunning(String argument) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().arguments().stream())
                .anyMatch(arguments -> List.of(arguments).contains(argument));
    }

    private static Path homeIn(String said) {
        return Path.of(find("all in (\\S+)", said));
    }

    private static String find(String pattern, String said) {
        return Pattern.compile(pattern)
                .matcher(said)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + pattern + " in " + said))
                .group(1);
    }

    private static FrameworkView view(String master) {
        try {
            return FrameworkView.read(master, FRAMEWORK);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What Singularity knows of a task's life, oldest first. */
    private List<String> states(URI api, String task) {
        return ask("GET", api.resolve("history/task/" + task))
                .findPath("taskUpdates")
                .findValuesAsText("taskState");
    }

    private JsonNode ask(String method, URI target) {
        try {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(target)
                            .timeout(PATIENCE)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as("%s %s", method, target).isBetween(200, 204);
            return JSON.readTree(answer.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What the demo says. When it has said some words a number of times, it goes on only after somebody's turn. */
    private static final class Said extends StringWriter {

        private final String words;
        private final int times;
        private final Consumer<String> turn;
        private boolean taken;

        Said(String words, int times, Consumer<String> turn) {
            this.words = words;
            this.times = times;
            this.turn = turn;
        }

        @Override
        public void flush() {
            if (!taken && toString().split(words, -1).length > times) {
                taken = true;
                turn.accept(toString());
            }
        }
    }
}
