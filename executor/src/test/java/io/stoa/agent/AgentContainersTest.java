package io.stoa.agent;

import static io.stoa.agent.container.VariableFixture.secret;
import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.stoa.agent.fetch.FetcherConfig;
import io.stoa.agent.link.FakeMaster;
import io.stoa.agent.recovery.ReconfigurationPolicy;
import io.stoa.agent.sandbox.SandboxCollector;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.recordio.RecordIo;
import io.stoa.proto.recordio.RecordIoDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.TTYInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.ProcessIO;
import org.apache.mesos.v1.agent.Protos.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The calls on containers, with real processes. */
@Timeout(120)
class AgentContainersTest {

    private static final String ID = "m-S0";
    private static final int NO_SUCH = 404;

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private FakeMaster master;
    private Agent agent;
    private ContainerID parent;

    @BeforeEach
    void runATask() throws Exception {
        master = new FakeMaster(0);
        start();
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(AgentTest.runTask("t", "sleep 1000"));
        AgentTest.expect(stream, "t", TaskState.TASK_STARTING);
        parent = AgentTest.expect(stream, "t", TaskState.TASK_RUNNING)
                .getContainerStatus()
                .getContainerId();
    }

    private void start() throws IOException {
        agent = started(AgentConfig.Recovery.STANDARD);
    }

    private Agent started(AgentConfig.Recovery recovery) throws IOException {
        return Agent.start(AgentTest.config("here", recovery, master, directory));
    }

    @AfterEach
    void stop() throws Exception {
        try {
            agent.unregister();
            agent.ended().get();
        } finally {
            agent.close();
            master.close();
        }
    }

    /** Of what the task around it has in its environment it finds nothing. */
    @Test
    void aNestedContainerIsLaunchedWaitedForAndRemoved() throws Exception {
        Call.Builder launch = launch("n", "echo out $PASSWORD $MESOS_TASK_ID; echo err >&2; exit 4");
        launch.getLaunchContainerBuilder()
                .getCommandBuilder()
                .getEnvironmentBuilder()
                .addVariables(secret("PASSWORD", "s3cret"));
        assertThat(send(launch).statusCode()).isEqualTo(200);
        Response ended = Response.parseFrom(send(waitFor("n")).body());
        assertThat(ended.getWaitContainer().getExitStatus()).isEqualTo(4 << 8);
        Path sandbox = directory
                .resolve("work/slaves/" + ID + "/frameworks/f/executors/t/runs/" + parent.getValue())
                .resolve("containers/n");
        assertThat(sandbox.resolve("stdout")).hasContent("out s3cret");
        assertThat(sandbox.resolve("stderr")).hasContent("err");
        assertThat(send(remove("n")).statusCode()).isEqualTo(200);
        assertThat(sandbox).doesNotExist();
        assertThat(send(waitFor("n")).statusCode()).isEqualTo(NO_SUCH);
    }

    @Test
    void itsSandboxGoesWithoutARemovalWhereTheAgentIsToldSo() throws Exception {
        agent.close();
        AgentConfig plain = AgentTest.config("here", AgentConfig.Recovery.STANDARD, master, directory);
        agent = Agent.start(new AgentConfig(
                plain.master(),
                plain.places(),
                plain.address(),
                plain.offer(),
                plain.running(),
                plain.recovery(),
                new AgentConfig.Upkeep(new SandboxCollector.Policy(1_000, 0.1, 60_000, true), FetcherConfig.STANDARD)));
        Path sandbox = directory.resolve("work/slaves/" + ID + "/frameworks/f/executors/t/runs/" + parent.getValue());
        assertThat(send(launch("n", "until test -e ../../go; do sleep 0.05; done"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(sandbox.resolve("containers/n")).exists();
        Files.createFile(sandbox.resolve("go"));
        await().until(() -> Files.notExists(sandbox.resolve("containers/n")));
        await().until(() -> Files.exists(sandbox.resolve("stdout")));
    }

    @Test
    void aNestedContainerIsKilled() throws Exception {
        assertThat(send(launch("n", "sleep 1000")).statusCode()).isEqualTo(200);
        assertThat(send(launch("n", "sleep 1000")).statusCode()).isEqualTo(202);
        HttpResponse<byte[]> early = send(remove("n"));
        assertThat(early.statusCode()).isEqualTo(500);
        assertThat(new String(early.body(), UTF_8)).isEqualTo("Nested container has not terminated yet");
        assertThat(send(Call.newBuilder()
                                .setType(Call.Type.KILL_CONTAINER)
                                .setKillContainer(
                                        Call.KillContainer.newBuilder().setContainerId(child("n"))))
                        .statusCode())
                .isEqualTo(200);
        assertThat(Response.parseFrom(send(waitFor("n")).body())
                        .getWaitContainer()
                        .getExitStatus())
                .isEqualTo(9);
    }

    @Test
    void nothingIsNestedInWhatIsNotThere() throws Exception {
        HttpResponse<byte[]> refused = send(Call.newBuilder()
                .setType(Call.Type.LAUNCH_CONTAINER)
                .setLaunchContainer(Call.LaunchContainer.newBuilder()
                        .setContainerId(ContainerID.newBuilder()
                                .setValue("x")
                                .setParent(ContainerID.newBuilder().setValue("nosuch")))
                        .setCommand(CommandInfo.newBuilder().setValue("true"))));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body(), UTF_8)).isEqualTo("Parent container nosuch does not exist");
    }

    @Test
    void whatWasLaunchedIsThereInTheNextLifeOfTheAgent() throws Exception {
        assertThat(send(launch("n", "while [ ! -e go ]; do sleep 0.05; done; exit 3"))
                        .statusCode())
                .isEqualTo(200);
        agent.close();
        Files.createFile(directory
                .resolve("work/slaves/" + ID + "/frameworks/f/executors/t/runs/" + parent.getValue())
                .resolve("containers/n/go"));
        start();
        master.admit(ID);
        assertThat(Response.parseFrom(send(waitFor("n")).body())
                        .getWaitContainer()
                        .getExitStatus())
                .isEqualTo(3 << 8);
    }

    @Test
    void whatCannotBeReadOfALaunchIsNotForgottenInSilence() throws Exception {
        assertThat(send(launch("n", "sleep 1000")).statusCode()).isEqualTo(200);
        agent.close();
        Path order = directory.resolve("run/containers/" + parent.getValue() + "/containers/n/order");
        Files.write(order, new byte[] {-1});
        assertThatThrownBy(this::start)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Failed to recover " + order);

        agent = started(new AgentConfig.Recovery(false, false, ReconfigurationPolicy.EQUAL));
        master.admit(ID);
        assertThat(send(waitFor("n")).statusCode()).isEqualTo(NO_SUCH);
        assertThat(agent.figures().join()).containsEntry("slave/recovery_errors", 1.0);
        await().untilAsserted(() -> assertThat(order.getParent()).doesNotExist());
    }

    @Test
    void containersShowWhatTheyUse() throws Exception {
        assertThat(send(launch("n", "sleep 1000")).statusCode()).isEqualTo(200);
        Response.GetContainers all = Response.parseFrom(send(Call.newBuilder()
                                .setType(Call.Type.GET_CONTAINERS)
                                .setGetContainers(
                                        Call.GetContainers.newBuilder().setShowNested(true)))
                        .body())
                .getGetContainers();
        assertThat(all.getContainersList())
                .extracting(container -> container.getContainerId().getValue())
                .containsExactly(parent.getValue(), "n");
        assertThat(all.getContainers(0).getExecutorId().getValue()).isEqualTo("t");
        // The kernel may not have counted yet what so small a process has.
        assertThat(all.getContainers(0).getResourceStatistics().hasMemRssBytes())
                .isTrue();
    }

    @Test
    void aSessionStreamsAllThatItsCommandWrites() throws Exception {
        CommandInfo.Builder command =
                CommandInfo.newBuilder().setValue("echo out $PASSWORD $MESOS_TASK_ID; pwd; exit 3");
        command.getEnvironmentBuilder().addVariables(secret("PASSWORD", "s3cret"));
        Session session = session("s", command, false);
        session.awaitEnd();
        assertThat(session.stdout()).startsWith("out s3cret t\n/").contains("/runs/" + parent.getValue());
        assertThat(Response.parseFrom(send(waitFor("s")).body())
                        .getWaitContainer()
                        .getExitStatus())
                .isEqualTo(3 << 8);
    }

    @Test
    void aSessionsInputReachesItsCommand() throws Exception {
        Session session = session("s", CommandInfo.newBuilder().setValue("cat; echo end"), false);
        assertThat(attachInput("s", stdin("hello\n"), stdin("")).statusCode()).isEqualTo(200);
        session.awaitEnd();
        assertThat(session.stdout()).isEqualTo("hello\nend\n");
    }

    @Test
    void aTerminalHasTheSizeOfItsWindow() throws Exception {
        Session session = session("s", CommandInfo.newBuilder().setValue("read line; stty size"), true);
        ProcessIO.Builder window = ProcessIO.newBuilder()
                .setType(ProcessIO.Type.CONTROL)
                .setControl(ProcessIO.Control.newBuilder()
                        .setType(ProcessIO.Control.Type.TTY_INFO)
                        .setTtyInfo(TTYInfo.newBuilder()
                                .setWindowSize(TTYInfo.WindowSize.newBuilder()
                                        .setRows(33)
                                        .setColumns(77))));
        attachInput("s", window, stdin("go\n"));
        session.awaitEnd();
        assertThat(session.stdout()).contains("33 77");
    }

    @Test
    void aLinkOfTheTasksLeadsNobodyAstray() throws Exception {
        Path sandbox = directory.resolve("work/slaves/" + ID + "/frameworks/f/executors/t/runs/" + parent.getValue());
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/n"));
        Files.createFile(elsewhere.resolve("kept"));
        Files.createSymbolicLink(sandbox.resolve("containers"), elsewhere.getParent());
        assertThat(send(launch("m", "true")).statusCode()).isEqualTo(400);
        assertThat(elsewhere.resolveSibling("m")).doesNotExist();
        assertThat(send(remove("n")).statusCode()).isEqualTo(500);
        assertThat(elsewhere.resolve("kept")).exists();
    }

    @Test
    void anIdIsUsedAgainWhenItsContainerHasEnded() throws Exception {
        for (int status : new int[] {1, 2}) {
            assertThat(send(launch("n", "exit " + status)).statusCode()).isEqualTo(200);
            assertThat(Response.parseFrom(send(waitFor("n")).body())
                            .getWaitContainer()
                            .getExitStatus())
                    .isEqualTo(status << 8);
        }
    }

    @Test
    void nothingOfASessionStaysOnTheHost() throws Exception {
        Path left = directory.resolve("run/containers/" + parent.getValue() + "/containers");
        session("s", CommandInfo.newBuilder().setValue("exit 0"), false).awaitEnd();
        assertThat(send(waitFor("s")).statusCode()).isEqualTo(200);
        assertThat(left).isDirectory();
        await().untilAsserted(() -> assertThat(left).isEmptyDirectory());
    }

    @Test
    void aSessionDoesNotOutliveItsAgent() throws Exception {
        Session session = session("s", CommandInfo.newBuilder().setValue("echo $$; exec sleep 1000"), false);
        await().until(() -> session.stdout().endsWith("\n"));
        long pid = Long.parseLong(session.stdout().strip());
        agent.close();
        start();
        master.admit(ID);
        await().until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(send(waitFor("s")).statusCode()).isEqualTo(NO_SUCH);
    }

    /** A real Mesos agent aborts. */
    @Test
    void aContainerThatStandsAloneIsNotRemoved() throws Exception {
        HttpResponse<byte[]> refused = send(Call.newBuilder()
                .setType(Call.Type.REMOVE_CONTAINER)
                .setRemoveContainer(Call.RemoveContainer.newBuilder()
                        .setContainerId(ContainerID.newBuilder().setValue("alone"))));
        assertThat(refused.statusCode()).isEqualTo(400);
    }

    @Test
    void aSessionEndsWithItsClient() throws Exception {
        Session session = session("s", CommandInfo.newBuilder().setValue("echo $$; exec sleep 1000"), false);
        await().until(() -> session.stdout().endsWith("\n"));
        long pid = Long.parseLong(session.stdout().strip());
        assertThat(ProcessHandle.of(pid)).isPresent();
        session.leave();
        await().until(() -> ProcessHandle.of(pid).isEmpty());
    }

    private ContainerID child(String id) {
        return ContainerID.newBuilder().setValue(id).setParent(parent).build();
    }

    private Call.Builder launch(String id, String command) {
        return Call.newBuilder()
                .setType(Call.Type.LAUNCH_CONTAINER)
                .setLaunchContainer(Call.LaunchContainer.newBuilder()
                        .setContainerId(child(id))
                        .setCommand(CommandInfo.newBuilder().setValue(command)));
    }

    private Call.Builder waitFor(String id) {
        return Call.newBuilder()
                .setType(Call.Type.WAIT_CONTAINER)
                .setWaitContainer(Call.WaitContainer.newBuilder().setContainerId(child(id)));
    }

    private Call.Builder remove(String id) {
        return Call.newBuilder()
                .setType(Call.Type.REMOVE_CONTAINER)
                .setRemoveContainer(Call.RemoveContainer.newBuilder().setContainerId(child(id)));
    }

    private HttpResponse<byte[]> send(Call.Builder call) throws Exception {
        return http.send(
                request()
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/x-protobuf")
                        .POST(BodyPublishers.ofByteArray(MesosJson.print(call.build())))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.port() + "/api/v1"));
    }

    private static ProcessIO.Builder stdin(String data) {
        return ProcessIO.newBuilder()
                .setType(ProcessIO.Type.DATA)
                .setData(ProcessIO.Data.newBuilder()
                        .setType(ProcessIO.Data.Type.STDIN)
                        .setData(ByteString.copyFromUtf8(data)));
    }

    private HttpResponse<byte[]> attachInput(String id, ProcessIO.Builder... messages) throws Exception {
        List<byte[]> chunks = new ArrayList<>();
        chunks.add(record(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.CONTAINER_ID)
                .setContainerId(child(id))));
        for (ProcessIO.Builder message : messages) {
            chunks.add(record(Call.AttachContainerInput.newBuilder()
                    .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                    .setProcessIo(message)));
        }
        return http.send(
                request()
                        .header("Content-Type", "application/recordio")
                        .header("Message-Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArrays(chunks))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static byte[] record(Call.AttachContainerInput.Builder input) {
        byte[] call = MesosJson.print(Call.newBuilder()
                .setType(Call.Type.ATTACH_CONTAINER_INPUT)
                .setAttachContainerInput(input)
                .build());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(RecordIo.header(call.length));
        bytes.writeBytes(call);
        return bytes.toByteArray();
    }

    private Session session(String id, CommandInfo.Builder command, boolean terminal) throws Exception {
        Call.LaunchNestedContainerSession.Builder launch = Call.LaunchNestedContainerSession.newBuilder()
                .setContainerId(child(id))
                .setCommand(command);
        if (terminal) {
            launch.setContainer(ContainerInfo.newBuilder()
                    .setType(ContainerInfo.Type.MESOS)
                    .setTtyInfo(TTYInfo.getDefaultInstance()));
        }
        HttpResponse<InputStream> response = http.send(
                request()
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/recordio")
                        .header("Message-Accept", "application/x-protobuf")
                        .POST(BodyPublishers.ofByteArray(MesosJson.print(Call.newBuilder()
                                .setType(Call.Type.LAUNCH_NESTED_CONTAINER_SESSION)
                                .setLaunchNestedContainerSession(launch)
                                .build())))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new Session(response.body());
    }

    /** What a session's client gets. */
    private static final class Session {

        private final InputStream in;
        private final StringWriter stdout = new StringWriter();
        private final CompletableFuture<Void> end;

        private Session(InputStream in) {
            this.in = in;
            end = CompletableFuture.runAsync(this::read, task -> new Thread(task, "session").start());
        }

        private void read() {
            RecordIoDecoder records = new RecordIoDecoder(1 << 20, this::show);
            byte[] bytes = new byte[4_096];
            try (in) {
                for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                    records.decode(bytes, 0, count);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private void show(byte[] record) {
            try {
                ProcessIO message = ProcessIO.parseFrom(record);
                if (message.getData().getType() == ProcessIO.Data.Type.STDOUT) {
                    stdout.append(message.getData().getData().toStringUtf8());
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        String stdout() {
            return stdout.toString();
        }

        void awaitEnd() {
            end.join();
        }

        void leave() throws IOException {
            in.close();
        }
    }
}
