package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.examples.batch.BatchMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The batch scheduler of the examples on a cluster of processes, all of which can be killed. */
@Timeout(240)
class BatchExampleTest {

    private static final int TAKEN_OVER = 3;

    @TempDir
    Path directory;

    private ProcessCluster cluster;
    private StartedTasks started;
    private int instances;

    @BeforeEach
    void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        started = StartedTasks.in(directory);
        cluster.agent("one", "--resources=cpus:2;mem:512", "--hostname=one");
        cluster.agent("two", "--resources=cpus:4;mem:512", "--hostname=two");
        await().until(() -> cluster.get("/slaves").path("slaves").size() == 2);
    }

    @AfterEach
    void end() throws Exception {
        cluster.close();
    }

    private StoaProcess batch(String jobs, String... flags) throws IOException {
        Path file = Files.writeString(directory.resolve("jobs.json"), jobs);
        List<String> all = new java.util.ArrayList<>(List.of("--master=" + cluster.address(), "--name=nightly"));
        all.addAll(List.of(flags));
        all.add(file.toString());
        return StoaProcess.start(
                directory.resolve("batch-" + instances++ + ".log"), BatchMain.class, all.toArray(String[]::new));
    }

    private static String job(String name, String command, double cpus, int count) {
        return "[" + entry(name, command, cpus, count) + "]";
    }

    private static String entry(String name, String command, double cpus, int count) {
        return "{\"name\": \"%s\", \"command\": \"%s\", \"cpus\": %s, \"memMb\": 32, \"count\": %d}"
                .formatted(name, command.replace("\"", "\\\""), cpus, count);
    }

    private static Set<String> numbers(String name, int count) {
        return IntStream.range(0, count).mapToObj(number -> name + "-" + number).collect(Collectors.toSet());
    }

    @Test
    void whatFailsIsTriedAgainAndTheBatchEndsWhenAllHaveFinished() throws Exception {
        String once = directory + "/failed-$NUMBER";
        String command = started.noteOf("a-$NUMBER") + "; test -e " + once + " || { touch " + once + "; exit 1; }";

        StoaProcess batch = batch(job("a", command, 0.5, 20));

        assertThat(batch.await()).as(batch.said()).isZero();
        assertThat(batch.said()).contains("finished: 20, failed: []");
        assertThat(started.ids()).hasSize(40);
        assertThat(new HashSet<>(started.ids())).isEqualTo(numbers("a", 20));
        assertThat(cluster.get("/frameworks").path("frameworks")).isEmpty();
    }

    @Test
    void whatFailsEachTimeMakesTheBatchFail() throws Exception {
        StoaProcess batch = batch(job("a", started.noteOf("a-$NUMBER") + "; exit $NUMBER", 0.5, 2), "--tries=2");
        assertThat(batch.await()).as(batch.said()).isEqualTo(1);
        assertThat(batch.said()).contains("finished: 1, failed: [a.1.1]");
        assertThat(started.ids()).containsExactlyInAnyOrder("a-0", "a-1", "a-1");
    }

    @Test
    void theFullestAgentIsFilledFirst() throws Exception {
        StoaProcess batch = batch(job("a", "exec sleep 1000", 1, 3));
        await().until(() -> RunningTasks.of(cluster).size() == 3);
        // The smaller one, from which less would be left.
        assertThat(RunningTasks.of(cluster).stream().filter(task -> task.agent().equals("one")))
                .hasSize(2);
        batch.kill();
    }

    @Test
    void anAgentIsDrainedThoughTasksEndedThereAndTheBatchGoesOnAndCountsThem() throws Exception {
        String gate = directory.resolve("gate").toString();
        String large = entry("large", "while ! test -e " + gate + "; do sleep 0.1; done", 4, 1);
        String small = entry("small", started.noteOf("small-$NUMBER") + "; exit $NUMBER", 1, 2);
        StoaProcess batch = batch("[" + large + ", " + small + "]", "--tries=1");
        RunningTasks.Running running = new RunningTasks.Running("large.0.0", "two");
        await().until(() -> batch.said().contains("small.0.0 TASK_FINISHED")
                && batch.said().contains("small.1.0 TASK_FAILED")
                && RunningTasks.of(cluster).contains(running));

        // Where the large one leaves no room for them.
        cluster.drain("one");

        assertThat(RunningTasks.of(cluster)).containsExactly(running);
        cluster.stoa("agents", "reactivate", "one");
        Files.createFile(Path.of(gate));
        assertThat(batch.await()).as(batch.said()).isEqualTo(1);
        assertThat(batch.said()).contains("finished: 2, failed: [small.1.0]");
        assertThat(started.ids()).containsExactlyInAnyOrder("small-0", "small-1");
    }

    @Test
    void killedSchedulersAndAKilledMasterCostNoTaskAndDoubleNone() throws Exception {
        String gate = directory.resolve("gate").toString();
        String command = started.noteOf("a-$NUMBER") + "; while ! test -e " + gate + "; do sleep 0.1; done";
        String jobs = job("a", command, 0.5, 20);
        StoaProcess first = batch(jobs);
        // As many as there is room for.
        await().until(() -> RunningTasks.of(cluster).size() == 12);

        first.kill();
        cluster.killMaster();
        Files.createFile(Path.of(gate));
        cluster.restartMaster();
        StoaProcess second = batch(jobs);
        await().until(() -> started.ids().size() > 12);
        second.kill();
        StoaProcess third = batch(jobs);

        assertThat(third.await()).as(third.said()).isZero();
        assertThat(third.said()).contains("finished: 20, failed: []");
        assertThat(started.ids()).containsExactlyInAnyOrderElementsOf(numbers("a", 20));
        cluster.awaitNothingRuns();
    }

    @Test
    void whoComesSecondTakesOverAndTheFirstLeaves() throws Exception {
        String gate = directory.resolve("gate").toString();
        String command = started.noteOf("a-$NUMBER") + "; while ! test -e " + gate + "; do sleep 0.1; done";
        StoaProcess first = batch(job("a", command, 0.5, 4));
        await().until(() -> started.ids().size() == 4);

        StoaProcess second = batch(job("a", command, 0.5, 4));

        assertThat(first.await()).as(first.said()).isEqualTo(TAKEN_OVER);
        Files.createFile(Path.of(gate));
        assertThat(second.await()).as(second.said()).isZero();
        assertThat(started.ids()).containsExactlyInAnyOrderElementsOf(numbers("a", 4));
    }
}
