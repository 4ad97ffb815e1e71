package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.itests.TaskFiles.awaitLines;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.itests.EndOfTasks;
import io.stoa.itests.SchedulerClient;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevMain;
import io.stoa.master.dev.DevOptions;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DevClusterTest {

    @TempDir
    Path data;

    @Test
    void aTaskRunsAndFinishesAndAnotherIsKilled() throws Exception {
        Path written = data.resolve("written");
        try (DevCluster cluster = start();
                EndOfTasks end = new EndOfTasks(cluster);
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("launches").build())) {
            Offer offer = client.awaitOffer(any -> true);
            client.launch(
                    offer,
                    List.of(
                            shellTask("short", offer.getAgentId(), "echo ran >> " + written),
                            shellTask("long", offer.getAgentId(), "sleep 1000")));

            client.awaitState("short", TaskState.TASK_FINISHED);
            client.awaitState("long", TaskState.TASK_RUNNING);
            client.call(kill("long"));
            client.awaitState("long", TaskState.TASK_KILLED);

            assertThat(Files.readAllLines(written)).containsExactly("ran");
            await().until(() -> cluster.master().state().snapshot().taskCount() == 0);
        }
    }

    @Test
    void aSecondStartFindsFrameworksAndTasksAgain() throws Exception {
        Path written = data.resolve("written");
        SchedulerClient client;
        try (DevCluster cluster = start()) {
            client = SchedulerClient.subscribe(
                    cluster.masterAddress(), framework("returns").build());
            Offer offer = client.awaitOffer(any -> true);
            client.launch(
                    offer, List.of(shellTask("kept", offer.getAgentId(), "echo ran >> " + written + "; sleep 1000")));
            client.awaitState("kept", TaskState.TASK_RUNNING);
            assertThat(awaitLines(written, 1)).containsExactly("ran");
        }
        assertThat(runtime()).isDirectory();
        try (DevCluster cluster = start();
                EndOfTasks end = new EndOfTasks(cluster);
                SchedulerClient again = SchedulerClient.subscribe(
                        cluster.masterAddress(),
                        framework("returns").setId(client.id()).build())) {
            assertThat(again.id()).isEqualTo(client.id());
            await().until(() -> cluster.master().state().snapshot().agents().size() == 1);
            assertThat(cluster.master().state().snapshot().taskCount())
                    .as("tasks after %s", again.events())
                    .isEqualTo(1);
            await().until(() -> again.awaitOffer(any -> true) != null);
        }
        assertThat(Files.readAllLines(written)).containsExactly("ran");
        assertThat(runtime()).doesNotExist();
    }

    /** The master forgets a framework's tasks at its teardown, while they may take their time to end. */
    @Test
    void whatIsLeftOfAFrameworkThatIsGoneEndsWithTheCluster() throws Exception {
        Path pid = data.resolve("pid");
        try (DevCluster cluster = start();
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("goes").build())) {
            Offer offer = client.awaitOffer(any -> true);
            String stubborn = "trap '' TERM; echo $$ > " + pid + "; while :; do sleep 1; done";
            client.launch(offer, List.of(shellTask("stubborn", offer.getAgentId(), stubborn)));
            client.awaitState("stubborn", TaskState.TASK_RUNNING);
            await().until(() -> Files.exists(pid) && Files.size(pid) > 0);
            client.call(Call.newBuilder().setType(Call.Type.TEARDOWN));
            await().until(() -> cluster.master().state().snapshot().taskCount() == 0);

            Patience.join(cluster.endTasks());
            assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())))
                    .isEmpty();
        }
        assertThat(runtime()).doesNotExist();
    }

    /** As the agent by itself does; who is not root can only run tasks as himself. */
    @Test
    void aTaskOfRootsClusterRunsAsTheUserThatItAsksFor() throws Exception {
        String self = System.getProperty("user.name");
        String wanted = self.equals("root") ? "nobody" : self;
        Path open = Files.createDirectory(data.resolve("open"));
        Path written = open.resolve("written");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(data.toFile().setExecutable(true, false)).isTrue();
        try (DevCluster cluster = start();
                EndOfTasks end = new EndOfTasks(cluster);
                SchedulerClient client = SchedulerClient.subscribe(
                        cluster.masterAddress(), framework("users").build())) {
            Offer offer = client.awaitOffer(any -> true);
            TaskInfo.Builder task = shellTask("who", offer.getAgentId(), "id -un > " + written).toBuilder();
            task.getCommandBuilder().setUser(wanted);
            client.launch(offer, List.of(task.build()));
            client.awaitState("who", TaskState.TASK_FINISHED);
            assertThat(Files.readAllLines(written)).containsExactly(wanted);
        }
    }

    @Test
    void aTakenPortIsSaidInOneLine() throws Exception {
        try (DevCluster cluster = start()) {
            int port = cluster.master().address().getPort();

            assertThatThrownBy(() -> DevCluster.start(new DevOptions(0, port, data.resolve("other"))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(":" + port)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void dataInUseIsSaidInOneLine() throws Exception {
        try (DevCluster cluster = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void whyItsDirectoryCannotBeMadeIsSaid() throws Exception {
        Path file = Files.createFile(data.resolve("file"));
        assertThatThrownBy(() -> DevCluster.start(new DevOptions(0, 0, file)))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot make the directory " + file + ": " + file + " is no directory");
    }

    @Test
    void aWordWithoutItsDashesIsRefused() throws Exception {
        try (StoaProcess dev = StoaProcess.start(data.resolve("log"), DevMain.class, "5")) {
            assertThat(dev.await()).isEqualTo(2);
            assertThat(dev.said()).isEqualTo("stoa dev: Unexpected argument '5' (expected: --agents=3 and the like)\n");
        }
    }

    /** Where the cluster's tasks have what they need while they run. */
    private Path runtime() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "stoa-" + System.getProperty("user.name") + "-"
                        + Integer.toHexString(
                                data.resolve("cluster").toAbsolutePath().hashCode()));
    }

    private DevCluster start() throws IOException {
        return DevCluster.start(new DevOptions(1, 0, data.resolve("cluster")));
    }
}
