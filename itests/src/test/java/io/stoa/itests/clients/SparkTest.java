package io.stoa.itests.clients;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Spark 2.2.0 as it was released, started as the page says: coarse-grained, in client mode, through the driver. */
@Tag("long")
@Timeout(900)
class SparkTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int EXECUTORS = 3;
    private static final int SLICES = 6;
    private static final long TEXT_BYTES = 10_500_000;
    private static final String[] VOCABULARY = {"apple", "fig", "pear", "plum", "quince"};
    private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

    @TempDir
    Path directory;

    private ElectedCluster cluster;
    private ClientProcess spark;
    private String id;

    @BeforeAll
    static void fetchSpark() throws Exception {
        Client.fetch("spark");
    }

    @BeforeEach
    void start() throws Exception {
        cluster = ElectedCluster.start(directory)
                .withAgent("127.0.0.1", "cpus:2;mem:3000;disk:10000;ports:[31000-31099]")
                .withAgent("127.0.0.2", "cpus:2;mem:3000;disk:10000;ports:[31100-31199]");
        Guide guide = Guide.read("spark");
        Path home = directory.resolve("spark-home");
        SparkHome.make(home, guide.block("spark.executor.extraJavaOptions"));
        spark = guide.run(
                Files.createDirectory(directory.resolve("here")),
                "spark-submit",
                Map.of(
                        "MASTER",
                        cluster.url(),
                        "SPARK_HOME",
                        home.toString(),
                        "MAIN",
                        "SparkProgram",
                        "JAR",
                        SparkHome.program(directory).toString(),
                        "SPARK_LOCAL_IP",
                        "127.0.0.1"));
        id = spark.awaitSaid("started");
    }

    @AfterEach
    void end() throws Exception {
        if (spark != null) {
            spark.close();
        }
        cluster.close();
    }

    @Test
    void anExecutorThatIsKilledIsReplacedAndTheResultIsExact() throws Exception {
        spark.tell("pi " + SLICES);
        assertThat(Double.parseDouble(spark.awaitSaid("pi"))).isBetween(3.13, 3.15);
        Map<String, String> first =
                cluster.awaitFramework(id, running(EXECUTORS)).tasks();

        String expected = countWords();
        cluster.processes(EXECUTOR).get(0).destroyForcibly();

        Map<String, String> second = cluster.awaitFramework(
                        id, running(EXECUTORS).and(view -> !view.tasks().equals(first)))
                .tasks();
        assertThat(second.keySet()).filteredOn(first::containsKey).hasSize(EXECUTORS - 1);
        assertThat(cluster.awaitFramework(id, running(EXECUTORS)).completedTasks())
                .hasSize(1)
                .containsValue("TASK_FAILED");
        openGate();
        assertThat(spark.awaitSaid("words")).isEqualTo(expected);

        assertThat(spark.end()).isZero();
        cluster.awaitFramework(id, FrameworkView::removed);
        awaitNoExecutors();
    }

    @Test
    void itsWorkGoesOnOverARestartOfTheMasterAndTheTakeoverByAnother() throws Exception {
        String expected = countWords();
        Map<String, String> tasks =
                cluster.awaitFramework(id, running(EXECUTORS)).tasks();
        Set<Long> processes = pids();

        cluster.killMasterAndStartItAgain();
        assertThat(cluster.awaitFramework(id, running(EXECUTORS)).tasks()).isEqualTo(tasks);

        cluster.letAnotherMasterTakeOver();
        assertThat(cluster.awaitFramework(id, running(EXECUTORS)).tasks()).isEqualTo(tasks);

        openGate();
        assertThat(spark.awaitSaid("words")).isEqualTo(expected);
        assertThat(pids()).isEqualTo(processes);
        FrameworkView view = cluster.awaitFramework(id, running(EXECUTORS));
        assertThat(view.tasks()).isEqualTo(tasks);
        assertThat(view.completedTasks()).isEmpty();

        assertThat(spark.end()).isZero();
        cluster.awaitFramework(id, FrameworkView::removed);
        awaitNoExecutors();
    }

    private static Predicate<FrameworkView> running(int executors) {
        return view -> view.connected()
                && view.tasks().size() == executors
                && Set.copyOf(view.tasks().values()).equals(Set.of("TASK_RUNNING"));
    }

    /** Has a word count begun, which waits for {@link #openGate}; what must come out. */
    private String countWords() throws IOException, InterruptedException {
        Path text = directory.resolve("text");
        Path gate = Files.createDirectory(directory.resolve("gate"));
        Map<String, Long> counts = new TreeMap<>();
        Random random = new Random(7);
        long bytes = 0;
        try (Writer out = Files.newBufferedWriter(text)) {
            for (int words = 1; bytes < TEXT_BYTES; words++) {
                String word = VOCABULARY[random.nextInt(VOCABULARY.length)];
                counts.merge(word, 1L, Long::sum);
                out.write(word);
                out.write(words % 12 == 0 ? '\n' : ' ');
                bytes += word.length() + 1;
            }
        }
        spark.tell("words " + text + " " + SLICES + " " + gate);
        await(PATIENCE).until(() -> entries(gate) >= EXECUTORS);
        return counts.entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static long entries(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    private void openGate() throws IOException {
        Files.createFile(directory.resolve("gate/open"));
    }

    private Set<Long> pids() {
        return cluster.processes(EXECUTOR).stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private void awaitNoExecutors() {
        await(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.processes(EXECUTOR)).isEmpty());
    }
}
