package io.stoa.itests.clients;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.cli.Stoa;
import io.stoa.itests.cluster.ElectedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frameworks with a credential, or without, on a cluster whose master wants to know who they are. */
@Timeout(240)
class GuardedMasterTest {

    @TempDir
    static Path directory;

    private static ElectedCluster cluster;

    @TempDir
    Path here;

    @BeforeAll
    static void start() throws Exception {
        DriverProcess.prepare();
        Path credentials = Files.writeString(
                directory.resolve("credentials"),
                "{\"credentials\": [{\"principal\": \"me\", \"secret\": \"right\"}]}");
        cluster = ElectedCluster.start(
                        directory,
                        "--credentials=" + credentials,
                        "--authenticate_frameworks",
                        "--authenticate_http_frameworks",
                        "--http_framework_authenticators=basic")
                .withAgent("127.0.0.1", "cpus:2;mem:1024");
    }

    @AfterAll
    static void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aDriverWithTheRightSecretRunsItsTaskAndIsOfItsPrincipal() throws Exception {
        try (ClientProcess framework = driver(credential("me", "right"))) {
            framework.tell("start");
            String id = framework.awaitSaid("registered");
            framework.tell("accept task exit 0");
            framework.awaitSaid("update task TASK_FINISHED");
            framework.tell("stop false");

            assertThat(framework.awaitSaid("stopped")).isEqualTo("DRIVER_STOPPED");
            FrameworkView ended = cluster.awaitFramework(id, FrameworkView::removed);
            assertThat(ended.completedTasks()).containsExactly(Map.entry("task", "TASK_FINISHED"));
        }
    }

    @ParameterizedTest
    @CsvSource({"me, wrong", "somebody, right"})
    void aDriverWithAnotherCredentialHearsThatItIsRefused(String principal, String secret) throws Exception {
        assertThatItIsRefused(credential(principal, secret));
    }

    @Test
    void aDriverWithoutACredentialHearsThatItIsRefused() throws Exception {
        assertThatItIsRefused(Map.of());
    }

    private void assertThatItIsRefused(Map<String, String> variables) throws Exception {
        try (ClientProcess framework = driver(variables)) {
            framework.tell("start");
            assertThat(framework.awaitSaid("error")).isEqualTo("Master refused authentication");
            framework.tell("join");
            assertThat(framework.awaitSaid("joined")).isEqualTo("DRIVER_ABORTED");
            assertThat(framework.said()).noneMatch(line -> line.startsWith("registered"));
        }
    }

    private static Map<String, String> credential(String principal, String secret) {
        return Map.of("PRINCIPAL", principal, "SECRET", secret);
    }

    private ClientProcess driver(Map<String, String> variables) throws Exception {
        return DriverProcess.start(here, variables, cluster.url(), "guarded");
    }

    @Test
    @Tag("long")
    void mesosGoWithTheRightSecretRunsItsTaskAndIsOfItsPrincipal() throws Exception {
        try (ClientProcess framework = mesosGo("-principal=me", "-secret=right")) {
            String id = framework.awaitSaid("subscribed");
            framework.awaitSaid("update task TASK_FINISHED");
            framework.tell("teardown");

            FrameworkView ended = cluster.awaitFramework(id, FrameworkView::removed);
            assertThat(ended.completedTasks()).containsExactly(Map.entry("task", "TASK_FINISHED"));
        }
    }

    @ParameterizedTest
    @CsvSource({"me, wrong", "somebody, right"})
    @Tag("long")
    void mesosGoWithAnotherCredentialHearsThatItIsRefused(String principal, String secret) throws Exception {
        try (ClientProcess framework = mesosGo("-principal=" + principal, "-secret=" + secret)) {
            await().untilAsserted(() -> assertThat(framework.printed()).contains(" refused authentication"));
            assertThat(framework.said()).isEmpty();
        }
    }

    @Test
    @Tag("long")
    void mesosGoWithoutACredentialHearsThatItNeedsOne() throws Exception {
        try (ClientProcess framework = mesosGo()) {
            assertThat(framework.awaitSaid("error"))
                    .matches("Framework at scheduler\\(1\\)@127.0.0.1:[0-9]+ is not authenticated");
            assertThat(framework.said()).noneMatch(line -> line.startsWith("subscribed"));
        }
    }

    private ClientProcess mesosGo(String... options) throws Exception {
        Client.fetch("mesos-go");
        List<String> command = MesosGoTest.command(cluster.master(), options);
        command.add("task=exit 0");
        return ClientProcess.start(here, command);
    }

    @Test
    void aRunWithTheRightSecretShowsWhatItsTaskWrites() throws Exception {
        try (ClientProcess run = run(Map.of(), "--principal=me", "--secret=right", "--", "echo in")) {
            assertThat(run.end()).as(run.printed()).isZero();
            assertThat(run.printed()).contains("in\n", " FINISHED");
        }
    }

    /** Where nobody but its user sees it. */
    @Test
    void aRunTakesItsCredentialFromTheEnvironment() throws Exception {
        Map<String, String> variables = Map.of("STOA_PRINCIPAL", "me", "STOA_SECRET", "right");
        try (ClientProcess run = run(variables, "--", "exit 3")) {
            assertThat(run.end()).as(run.printed()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--principal=me --secret=wrong", "--principal=me", "--name=me"})
    void aRunThatProvesNothingIsToldSo(String options) throws Exception {
        String[] arguments = (options + " -- true").split(" ", -1);
        try (ClientProcess run = run(Map.of(), arguments)) {
            assertThat(run.end()).as(run.printed()).isOne();
            assertThat(run.printed())
                    .isEqualTo("stoa: master " + cluster.master()
                            + " does not know who this is (expected: a --principal and its --secret)\n");
        }
    }

    private ClientProcess run(Map<String, String> variables, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env"));
        // Of whoever runs the tests: a JVM that takes options from there says so.
        Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "STOA_PRINCIPAL", "STOA_SECRET")
                .forEach(name -> command.add("--unset=" + name));
        variables.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Stoa.class.getName(),
                "run",
                "--master=" + cluster.master()));
        command.addAll(List.of(arguments));
        return ClientProcess.start(here, command);
    }
}
