package io.stoa.itests.clients;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flink 1.12.2 as it was released, started as the page says: a session cluster through the driver. */
@Tag("long")
@Timeout(900)
class FlinkTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String[] VOCABULARY = {"apple", "fig", "pear", "plum", "quince"};
    private static final String TASK_MANAGER = "MesosTaskExecutorRunner";

    /** As small as it can be. */
    private static final String SETTINGS = """
            jobmanager.rpc.address: 127.0.0.1
            jobmanager.rpc.port: 0
            rest.bind-port: 0
            rest.address: 127.0.0.1
            taskmanager.numberOfTaskSlots: 1
            taskmanager.memory.process.size: 800m
            taskmanager.memory.network.min: 32m
            taskmanager.memory.network.max: 32m
            taskmanager.memory.managed.size: 32m
            taskmanager.memory.jvm-metaspace.size: 128m
            """;

    @TempDir
    Path directory;

    private final Map<String, String> variables = new HashMap<>();
    private Guide guide;
    private Path here;
    private ElectedCluster cluster;
    private @Nullable ClientProcess flink;
    private String id = "";

    @BeforeAll
    static void fetchFlink() throws Exception {
        Client.fetch("flink");
    }

    /** Agents on one host would not do: Flink takes all offers of a host for one. */
    @BeforeEach
    void startCluster() throws Exception {
        guide = Guide.read("flink");
        here = Files.createDirectory(directory.resolve("here"));
        cluster = ElectedCluster.start(directory)
                .withAgent("127.0.0.1", "cpus:2;mem:3000;disk:10000;ports:[31000-31099]")
                .withAgent("127.0.0.2", "cpus:2;mem:3000;disk:10000;ports:[31100-31199]");
    }

    @AfterEach
    void end() throws Exception {
        if (flink != null) {
            flink.close();
        }
        cluster.close();
    }

    @Test
    void itsWordCountIsExactAndItGivesBackWhatItHasNoUseFor() throws Exception {
        startFlink("resourcemanager.taskmanager-timeout: 5000");

        assertThat(countWords("once", 2, 100_000).end()).isZero();

        assertThatResultIsExact("once", 100_000);
        FrameworkView idle = cluster.awaitFramework(
                id, view -> view.tasks().isEmpty() && view.completedTasks().size() == 2);
        assertThat(idle.connected()).isTrue();
        assertThat(idle.completedTasks()).containsValue("TASK_KILLED");
        await(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.processes(TASK_MANAGER)).isEmpty());
    }

    @Test
    void itsWorkGoesOnOverARestartOfTheMasterAndTheTakeoverByAnother() throws Exception {
        startFlink("resourcemanager.taskmanager-timeout: 600000");
        ClientProcess job = countWords("during", 2, 1_000_000);
        Map<String, String> tasks = cluster.awaitFramework(id, running(2)).tasks();

        cluster.killMasterAndStartItAgain();
        assertThat(cluster.awaitFramework(id, running(2)).tasks()).isEqualTo(tasks);

        cluster.letAnotherMasterTakeOver();
        assertThat(cluster.awaitFramework(id, running(2)).tasks()).isEqualTo(tasks);
        assertThat(job.end()).isZero();
        assertThatResultIsExact("during", 1_000_000);

        // Needs one task manager more.
        assertThat(countWords("after", 3, 100_000).end()).isZero();
        assertThatResultIsExact("after", 100_000);
        FrameworkView view = cluster.awaitFramework(id, running(3));
        assertThat(view.tasks()).containsAllEntriesOf(tasks);
        assertThat(view.completedTasks()).isEmpty();
    }

    private void startFlink(String setting) throws IOException, InterruptedException {
        Path home = directory.resolve("flink-home");
        FlinkHome.make(home, SETTINGS + setting + "\n" + guide.block("env.java.opts"));
        variables.putAll(Map.of("FLINK_HOME", home.toString(), "MASTER", cluster.url()));
        try (ClientProcess copy = guide.run(here, "bin/stoa driver", variables)) {
            assertThat(copy.end()).isZero();
        }
        ClientProcess session = guide.run(here, "mesos-appmaster.sh", variables);
        flink = session;
        variables.put("REST", session.awaitSaid("Rest endpoint listening at"));
        id = session.awaitSaid("Connected to Mesos as framework ID").replaceAll("\\.$", "");
    }

    private ClientProcess countWords(String name, int parallelism, int words) throws IOException, InterruptedException {
        Path text = directory.resolve(name);
        try (Writer out = Files.newBufferedWriter(text)) {
            Random random = new Random(words);
            for (int word = 1; word <= words; word++) {
                out.write(VOCABULARY[random.nextInt(VOCABULARY.length)]);
                out.write(word % 12 == 0 ? '\n' : ' ');
            }
        }
        variables.put("INPUT", text.toString());
        variables.put("OUTPUT", text + "-counted");
        variables.put("PARALLELISM", Integer.toString(parallelism));
        return guide.run(here, "flink run", variables);
    }

    /** It writes each word whenever it has come, with how often it has come so far. */
    private void assertThatResultIsExact(String name, int words) throws IOException {
        Map<String, Set<Integer>> expected = new HashMap<>();
        Random random = new Random(words);
        for (int word = 1; word <= words; word++) {
            Set<Integer> counts =
                    expected.computeIfAbsent(VOCABULARY[random.nextInt(VOCABULARY.length)], any -> new HashSet<>());
            counts.add(counts.size() + 1);
        }
        Map<String, Set<Integer>> counted = new HashMap<>();
        int lines = 0;
        try (Stream<Path> parts = Files.list(directory.resolve(name + "-counted"))) {
            for (Path part : parts.toList()) {
                for (String line : Files.readAllLines(part)) {
                    String[] pair = line.substring(1, line.length() - 1).split(",", -1);
                    counted.computeIfAbsent(pair[0], any -> new HashSet<>()).add(Integer.valueOf(pair[1]));
                    lines++;
                }
            }
        }
        assertThat(lines).isEqualTo(words);
        assertThat(counted).isEqualTo(expected);
    }

    private static Predicate<FrameworkView> running(int taskManagers) {
        return view -> view.connected()
                && view.tasks().size() == taskManagers
                && Set.copyOf(view.tasks().values()).equals(Set.of("TASK_RUNNING"));
    }
}
