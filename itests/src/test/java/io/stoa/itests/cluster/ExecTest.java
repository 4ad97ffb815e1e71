package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.tearDown;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.cli.Stoa;
import io.stoa.itests.EndOfTasks;
import io.stoa.itests.SchedulerClient;
import io.stoa.master.dev.DevCluster;
import io.stoa.master.dev.DevOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TTYInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code stoa exec}, {@code attach}, {@code files} and {@code stats} on tasks of a cluster. */
@Timeout(180)
class ExecTest {

    @TempDir
    private static Path directory;

    private static DevCluster cluster;

    private SchedulerClient framework;
    private AgentID agent = AgentID.getDefaultInstance();

    @BeforeAll
    static void start() throws Exception {
        // Whatever is asked for by its real path is to be found, too.
        Path link =
                Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("data")));
        cluster = DevCluster.start(new DevOptions(1, 0, link.resolve("cluster")));
    }

    @AfterAll
    static void stop() {
        try (DevCluster ending = cluster) {
            new EndOfTasks(ending).close();
        }
    }

    @BeforeEach
    void subscribe() throws Exception {
        framework = SchedulerClient.subscribe(
                cluster.masterAddress(), framework("exec").build());
    }

    /** The next test has a task of the same id. */
    @AfterEach
    void end() throws Exception {
        framework.call(tearDown());
        framework.close();
    }

    private void launch(String command) throws Exception {
        launch(command, task -> {});
    }

    /** Returns when it runs. */
    private void launch(String command, Consumer<TaskInfo.Builder> more) throws Exception {
        Offer offer = framework.awaitOffer(any -> true);
        agent = offer.getAgentId();
        TaskInfo.Builder task = shellTask("t", agent, command).toBuilder();
        more.accept(task);
        framework.launch(offer, List.of(task.build()));
        framework.awaitState("t", TaskState.TASK_RUNNING);
    }

    /** A task runs before it has done anything. */
    private void awaitFile(String inSandbox) throws Exception {
        try (StoaProcess exec =
                stoa("exec", "t", "--", "sh", "-c", "until [ -e " + inSandbox + " ]; do sleep 0.05; done")) {
            assertThat(exec.await()).as(exec.said()).isZero();
        }
    }

    @Test
    void aCommandRunsInTheTasksSandboxAndGivesItsExitStatus() throws Exception {
        launch("echo here > mark; exec sleep 1000");
        awaitFile("mark");
        try (StoaProcess exec = stoa("exec", "t", "--", "sh", "-c", "cat mark; echo err >&2; exit 7")) {
            assertThat(exec.await()).as(exec.said()).isEqualTo(7);
            assertThat(exec.said().lines()).containsExactlyInAnyOrder("here", "err");
        }
        try (StoaProcess exec = stoa("exec", "t", "--", "sh", "-c", "kill -KILL $$")) {
            assertThat(exec.await()).as(exec.said()).isEqualTo(128 + 9);
        }
        try (StoaProcess exec = stoa("exec", "t", "--", "/no/such/program")) {
            assertThat(exec.await()).as(exec.said()).isNotZero();
        }
    }

    @Test
    void stdinIsEmptyUnlessItIsAskedFor() throws Exception {
        launch("exec sleep 1000");
        try (StoaProcess exec = stoa("exec", "t", "--", "cat")) {
            assertThat(exec.await()).as(exec.said()).isZero();
            assertThat(exec.said()).isEmpty();
        }
        try (StoaProcess exec = stoa("exec", "-i", "t", "--", "sh", "-c", "cat; echo end")) {
            exec.type("first\n");
            await().until(() -> exec.said().equals("first\n"));
            exec.type("second\n");
            exec.endInput();
            assertThat(exec.await()).as(exec.said()).isZero();
            assertThat(exec.said()).isEqualTo("first\nsecond\nend\n");
        }
    }

    @Test
    void whatIsPipedThroughArrivesWhole() throws Exception {
        launch("exec sleep 1000");
        String line = "0123456789abcdef".repeat(64) + "\n";
        try (StoaProcess exec = stoa("exec", "-i", "t", "--", "md5sum")) {
            exec.type(line.repeat(4_096));
            exec.endInput();
            assertThat(exec.await()).as(exec.said()).isZero();
            assertThat(exec.said()).startsWith(md5(line.repeat(4_096)));
        }
        try (StoaProcess exec = stoa("exec", "t", "--", "sh", "-c", "yes | head -c 5000000")) {
            assertThat(exec.await()).isZero();
            assertThat(exec.said()).hasSize(5_000_000);
        }
    }

    @Test
    void ctrlCEndsTheCommandAndNotTheTask() throws Exception {
        launch("exec sleep 1000");
        try (StoaProcess exec = stoa("exec", "t", "--", "sh", "-c", "echo $$; exec sleep 1000")) {
            await().until(() -> exec.said().endsWith("\n"));
            long pid = Long.parseLong(exec.said().strip());
            assertThat(ProcessHandle.of(pid)).isPresent();

            assertThat(exec.interrupt()).isEqualTo(130);

            await().until(() -> ProcessHandle.of(pid).isEmpty());
        }
        assertThat(framework.reconcile("t", agent)).isEqualTo(TaskState.TASK_RUNNING);
    }

    @Test
    void aTerminalHasTheSizeOfTheUsersAndGetsHisCtrlC() throws Exception {
        launch("exec sleep 1000");
        try (StoaProcess exec = terminal("exec", "-it", "t", "--", "sh", "-c", "stty size; sleep 1000")) {
            await().until(() -> exec.said().contains("33 77"));
            exec.type("\3");
            assertThat(exec.await()).as(exec.said()).isEqualTo(128 + 2);
            assertThat(exec.said()).as("the terminal is as it was").endsWith(" icanon\r\n");
        }
    }

    @Test
    void aTaskWithATerminalIsAttachedTo() throws Exception {
        launch(
                "while [ ! -e typed ]; do echo waiting; sleep 0.1; done & read line; touch typed; wait;"
                        + " echo got $line; read line",
                task -> task.getContainerBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setTtyInfo(TTYInfo.getDefaultInstance()));
        try (StoaProcess watching = stoa("attach", "t");
                StoaProcess talking = terminal("attach", "-i", "t")) {
            await().until(() -> watching.said().contains("waiting"));
            talking.type("hello\r");
            await().until(() -> talking.said().contains("got hello"));
            await().until(() -> watching.said().contains("got hello"));
            talking.type("bye\r");
            assertThat(talking.await()).as(talking.said()).isZero();
            assertThat(watching.await()).as(watching.said()).isZero();
        }
        framework.awaitState("t", TaskState.TASK_FINISHED);
    }

    @Test
    void whatCannotBeAttachedToSaysWhy() throws Exception {
        launch("exec sleep 1000");
        try (StoaProcess attach = stoa("attach", "t")) {
            assertThat(attach.await()).isEqualTo(1);
            assertThat(attach.said()).isEqualTo("stoa: I/O switchboard server was disabled for this container\n");
        }
        try (StoaProcess exec = stoa("exec", "nosuch", "--", "true")) {
            assertThat(exec.await()).isEqualTo(4);
        }
        try (StoaProcess exec = stoa("exec", "-t", "t", "--", "true")) {
            assertThat(exec.await()).as(exec.said()).isEqualTo(2);
            assertThat(exec.said()).isEqualTo("stoa: -t needs a terminal, and this command has none\n");
        }
    }

    @Test
    void theSandboxIsListedAndCopied() throws Exception {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "x");
        launch("mkdir data; printf '\\377\\0x' > data/raw; ln -s " + elsewhere + " data/out; exec sleep 1000");
        awaitFile("data/out");
        try (StoaProcess files = stoa("files", "t", "data")) {
            await().until(() -> !files.isAlive());
            assertThat(files.said()).contains("-rw-", " raw").contains("3 ");
        }
        Path copy = directory.resolve("copy");
        try (StoaProcess files = stoa("files", "t", "data/raw", "--to=" + copy)) {
            assertThat(files.await()).as(files.said()).isZero();
            assertThat(copy).hasBinaryContent(new byte[] {(byte) 0xff, 0, 'x'});
        }
        for (String missing : List.of("data/none", "none/none")) {
            try (StoaProcess files = stoa("files", "t", missing)) {
                assertThat(files.await()).as(missing + files.said()).isEqualTo(4);
            }
        }
        try (StoaProcess files = stoa("files", "t", "data/out")) {
            assertThat(files.await()).as("what a link leads to elsewhere").isEqualTo(1);
        }
        try (StoaProcess files = stoa("files", "t", "data/../..")) {
            assertThat(files.await()).as(files.said()).isEqualTo(2);
        }
    }

    @Test
    void whatTasksUseIsShown() throws Exception {
        launch("x=$(head -c 5000000 /dev/zero | tr '\\0' x); touch full; sleep 1000");
        awaitFile("full");
        try (StoaProcess stats = stoa("stats", "t", "--output=json")) {
            assertThat(stats.await()).as(stats.said()).isZero();
            assertThat(stats.said()).containsPattern("\"mem_mb\" : ([4-9]|[1-9][0-9])");
        }
        try (StoaProcess stats = stoa("stats", "nosuch")) {
            assertThat(stats.await()).isEqualTo(4);
        }
    }

    private static String md5(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }

    private StoaProcess stoa(String... arguments) throws IOException {
        return StoaProcess.start(said(), Stoa.class, withMaster(arguments));
    }

    private StoaProcess terminal(String... arguments) throws IOException {
        return StoaProcess.startInTerminal(said(), Stoa.class, withMaster(arguments));
    }

    private Path said() throws IOException {
        return Files.createTempFile(directory, "stoa", ".said");
    }

    /** Options come first: whatever is behind {@code --} is a command. */
    private String[] withMaster(String... arguments) {
        return Stream.concat(
                        Stream.of(arguments[0], "--master=" + cluster.masterAddress()),
                        Stream.of(arguments).skip(1))
                .toArray(String[]::new);
    }
}
