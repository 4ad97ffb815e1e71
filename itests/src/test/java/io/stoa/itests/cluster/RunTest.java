package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.cli.Stoa;
import io.stoa.itests.EndOfTasks;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code stoa run} and the commands that look at what it runs, on a cluster. */
@Timeout(240)
class RunTest {

    @TempDir
    private static Path directory;

    private static DevCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = DevCluster.start(new DevOptions(1, 0, directory.resolve("cluster")));
    }

    @AfterAll
    static void stop() {
        try (DevCluster ending = cluster) {
            new EndOfTasks(ending).close();
        }
    }

    @Test
    void theWorstOfSeveralTasksIsTheExitStatus() throws Exception {
        String line =
                "echo $GREETING from $$; cd " + directory + "; mkdir first && exit 3; mkdir second && exit 5; exit 0";
        try (StoaProcess run = stoa("run", "--name=many", "--count=3", "--env=GREETING=hello", "--", line)) {
            assertThat(run.await()).as(run.said()).isEqualTo(5);
            assertThat(run.said().lines().filter(said -> said.matches("many-\\p{XDigit}{8}-[123]: hello from \\d+")))
                    .hasSize(3);
        }
    }

    @Test
    void aTaskGetsWhatItIsGivenAndShowsWhatItWritesWhileItRuns() throws Exception {
        Path go = directory.resolve("go");
        String line = "echo out; echo err >&2; while ! [ -e " + go + " ]; do sleep 0.1; done; printf end";
        try (StoaProcess run = stoa("run", "--name=one", "--cpus=0.5", "--mem=33", "--", "sh", "-c", line)) {
            await().until(() -> run.said().contains("out\n") && run.said().contains("err\n"));
            String id = idIn(run.said());
            try (StoaProcess task = stoa("task", id)) {
                assertThat(task.await()).as(task.said()).isZero();
                assertThat(task.said()).contains("cpus:0.5", "mem:33", "RUNNING", "sh -c echo out");
            }

            assertThat(go.toFile().createNewFile()).isTrue();

            assertThat(run.await()).as(run.said()).isZero();
            assertThat(run.said()).contains("\nend");
            try (StoaProcess logs = stoa("logs", id)) {
                assertThat(logs.await()).as(logs.said()).isZero();
                assertThat(logs.said()).isEqualTo("out\nend");
            }
        }
    }

    @Test
    void aContainerRunsWithItsEnvironmentAndItsExitStatus() throws Exception {
        try (BusyboxImage image = new BusyboxImage(directory.resolve("image"));
                StoaProcess run = stoa(
                        "run",
                        "--docker=" + image.name(),
                        "--env=PLACE=the container",
                        "--",
                        "sh",
                        "-c",
                        "echo \"$(cat /marker) $PLACE\"; exit 6")) {
            assertThat(run.await()).as(run.said()).isEqualTo(6);
            assertThat(run.said()).contains("inside the container\n");
        }
    }

    @Test
    void ctrlCEndsTheTasks() throws Exception {
        try (StoaProcess run = stoa("run", "--count=2", "--", "echo started; exec sleep 1000")) {
            await().until(() -> run.said().split("started", -1).length == 3);

            assertThat(run.interrupt()).as(run.said()).isEqualTo(130);

            assertThat(run.said().split(" KILLED on ", -1)).hasSize(3);
            await().until(() -> cluster.master().state().snapshot().taskCount() == 0);
        }
    }

    @Test
    void ctrlCEndsARunThatWaitsForOffers() throws Exception {
        try (StoaProcess run = stoa("run", "--cpus=1000", "--", "true")) {
            await().until(() -> run.said().contains("large enough"));

            assertThat(run.interrupt()).isEqualTo(130);

            assertThat(run.said().lines()).hasSize(2).last().asString().contains("needs cpus:1000 and mem:64");
            await().until(() -> cluster.master().state().snapshot().frameworks().isEmpty());
        }
    }

    private static String idIn(String said) {
        return Pattern.compile("one-\\p{XDigit}{8}")
                .matcher(said)
                .results()
                .findFirst()
                .orElseThrow()
                .group();
    }

    private StoaProcess stoa(String command, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(command, "--master=" + cluster.masterAddress()));
        all.addAll(List.of(arguments));
        return StoaProcess.start(
                Files.createTempFile(directory, command, ".said"), Stoa.class, all.toArray(String[]::new));
    }
}
