package io.stoa.agent;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.agent.link.FakeMaster;
import io.stoa.agent.recovery.ReconfigurationPolicy;
import io.stoa.agent.sandbox.Directories;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.DriverAcknowledgement;
import io.stoa.proto.agent.ExecutorExited;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Refused;
import io.stoa.proto.agent.Reregister;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.Shutdown;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.proto.libprocess.MesosId;
import io.stoa.proto.libprocess.StatusUpdateAcknowledgementMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent with real processes against a master that is played by the test. */
@Timeout(120)
class AgentTest {

    private static final String ID = "m-S0";

    @TempDir
    Path directory;

    private FakeMaster master;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        master = new FakeMaster(0);
        agent = startAgent();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
        master.close();
    }

    @Test
    void registersWithWhatTheHostHas() throws Exception {
        AgentInfo info =
                AgentInfo.parseFrom(master.accept().next().getRegister().getAgentInfo());
        assertThat(info.getHostname()).isEqualTo("here");
        assertThat(info.hasId()).isFalse();
        assertThat(info.getResourcesList())
                .extracting(resource -> resource.getName())
                .containsExactlyInAnyOrder("cpus", "mem", "disk", "ports");
    }

    @Test
    void runsACommandFromTheFirstWordToTheLast() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "echo hello; exit 0"));
        expect(stream, "t", TaskState.TASK_STARTING);
        expect(stream, "t", TaskState.TASK_RUNNING);
        TaskStatus end = expect(stream, "t", TaskState.TASK_FINISHED);
        assertThat(end.getMessage()).isEqualTo("Command exited with status 0");
        await().until(() -> Files.readString(
                        directory.resolve("work/slaves/" + ID + "/frameworks/f/executors/t/runs/latest/stdout"))
                .equals("hello\n"));
    }

    @Test
    void stateTellsWhereSandboxesAre() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("done", "exit 0"));
        expect(stream, "done", TaskState.TASK_STARTING);
        expect(stream, "done", TaskState.TASK_RUNNING);
        expect(stream, "done", TaskState.TASK_FINISHED);
        stream.say(runTask("runs", "sleep 1000"));
        expect(stream, "runs", TaskState.TASK_STARTING);
        expect(stream, "runs", TaskState.TASK_RUNNING);
        JsonNode state = new ObjectMapper()
                .readTree(URI.create("http://127.0.0.1:" + agent.port() + "/slave(1)/state")
                        .toURL()
                        .openStream());
        assertThat(state.path("id").asText()).isEqualTo(ID);
        assertThat(state.path("pid").asText()).isEqualTo("slave(1)@127.0.0.1:" + agent.port());
        JsonNode framework = state.path("frameworks").path(0);
        JsonNode running = framework.path("executors").path(0);
        assertThat(running.path("id").asText()).isEqualTo("runs");
        assertThat(running.path("tasks").path(0).path("state").asText()).isEqualTo("TASK_RUNNING");
        Path stdout = Path.of(running.path("directory").asText()).resolve("stdout");
        await().until(() -> Files.exists(stdout));
        assertThat(framework.path("completed_executors").path(0).path("id").asText())
                .isEqualTo("done");
        stream.say(MasterMessage.newBuilder()
                .setKillTask(KillTask.newBuilder().setFrameworkId("f").setTaskId("runs")));
        expect(stream, "runs", TaskState.TASK_KILLED);
    }

    @Test
    void killEndsATask() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "sleep 1000"));
        expect(stream, "t", TaskState.TASK_STARTING);
        expect(stream, "t", TaskState.TASK_RUNNING);
        stream.say(MasterMessage.newBuilder()
                .setKillTask(KillTask.newBuilder().setFrameworkId("f").setTaskId("t")));
        assertThat(expect(stream, "t", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Command terminated with signal Terminated");
    }

    @Test
    void nextLifeHasTheSameIdAndTheSameTasks() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("lives", "sleep 1000"));
        expect(stream, "lives", TaskState.TASK_STARTING);
        expect(stream, "lives", TaskState.TASK_RUNNING);
        stream.say(runTask("ends", "while [ ! -e go ]; do sleep 0.02; done; exit 3"));
        expect(stream, "ends", TaskState.TASK_STARTING);
        expect(stream, "ends", TaskState.TASK_RUNNING);
        await().until(() -> agent.tasks().get().stream().allMatch(task -> task.state() == TaskState.TASK_RUNNING));
        agent.close();
        Path run = directory.resolve("work/slaves/" + ID + "/frameworks/f/executors/ends/runs/latest");
        Files.createFile(run.resolve("go"));
        agent = startAgent();

        FakeMaster.Stream second = master.accept();
        Reregister introduction = second.next().getReregister();
        assertThat(AgentInfo.parseFrom(introduction.getAgentInfo()).getId().getValue())
                .isEqualTo(ID);
        assertThat(introduction.getTasksList())
                .extracting(task -> task.getTaskId())
                .contains("lives", "ends");
        second.say(FakeMaster.registered(ID));
        assertThat(awaitEnd(second, "ends", TaskState.TASK_FAILED).getMessage())
                .isEqualTo("Command exited with status 3");
        second.say(runTask("lives", "sleep 1000"));
        second.say(MasterMessage.newBuilder()
                .setKillTask(KillTask.newBuilder().setFrameworkId("f").setTaskId("lives")));
        expect(second, "lives", TaskState.TASK_KILLED);
    }

    @Test
    void updatesThatWereNotAcknowledgedAreSentToTheNextMaster() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "exit 0"));
        StatusUpdate first = stream.next().getStatusUpdate();
        stream.end();
        FakeMaster.Stream second = master.admit(ID);
        assertThat(second.next().getStatusUpdate().getStatus()).isEqualTo(first.getStatus());
    }

    @Test
    void whatADriverAcknowledgesToTheAgentIsForTheMasterToDecide() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "sleep 1000"));
        TaskStatus starting =
                TaskStatus.parseFrom(stream.next().getStatusUpdate().getStatus());
        byte[] acknowledgement = StatusUpdateAcknowledgementMessage.newBuilder()
                .setSlaveId(MesosId.newBuilder().setValue(ID))
                .setFrameworkId(MesosId.newBuilder().setValue("f"))
                .setTaskId(MesosId.newBuilder().setValue("t"))
                .setUuid(starting.getUuid())
                .build()
                .toByteArray();
        URI target = URI.create(
                "http://127.0.0.1:" + agent.port() + "/slave(1)/mesos.internal.StatusUpdateAcknowledgementMessage");

        int answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(target)
                                .header("Libprocess-From", "scheduler(1)@127.0.0.1:7070")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(acknowledgement))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();

        assertThat(answer).isEqualTo(202);
        assertThat(stream.next())
                .isEqualTo(AgentMessage.newBuilder()
                        .setDriverAcknowledgement(DriverAcknowledgement.newBuilder()
                                .setFrom("scheduler(1)@127.0.0.1:7070")
                                .setFrameworkId("f")
                                .setTaskId("t")
                                .setUuid(starting.getUuid()))
                        .build());
        acknowledge(stream, starting);
        expect(stream, "t", TaskState.TASK_RUNNING);
        stream.say(MasterMessage.newBuilder()
                .setKillTask(KillTask.newBuilder().setFrameworkId("f").setTaskId("t")));
        expect(stream, "t", TaskState.TASK_KILLED);
    }

    @Test
    void shutdownEndsTasksAndForgetsTheId() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "sleep 1000"));
        TaskStatus starting =
                TaskStatus.parseFrom(stream.next().getStatusUpdate().getStatus());
        stream.say(MasterMessage.newBuilder().setShutdown(Shutdown.newBuilder().setReason("test")));
        agent.ended().get();
        long shim = starting.getContainerStatus().getExecutorPid();
        await().until(() -> ProcessHandle.of(shim).isEmpty());
        agent.close();
        agent = startAgent();
        assertThat(master.accept().next().hasRegister()).isTrue();
    }

    @Test
    void unregisteringEndsTasksAndForgetsTheId() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "sleep 1000"));
        TaskStatus starting =
                TaskStatus.parseFrom(stream.next().getStatusUpdate().getStatus());
        agent.unregister();
        assertThat(stream.next().hasUnregister()).isTrue();
        agent.ended().get();
        long shim = starting.getContainerStatus().getExecutorPid();
        await().until(() -> ProcessHandle.of(shim).isEmpty());
        agent.close();
        agent = startAgent();
        assertThat(master.accept().next().hasRegister()).isTrue();
    }

    @Test
    void whatIsNotCheckpointedEndsWithTheAgentsLife() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "sleep 1000", false));
        long shim = expect(stream, "t", TaskState.TASK_STARTING)
                .getContainerStatus()
                .getExecutorPid();
        expect(stream, "t", TaskState.TASK_RUNNING);
        agent.close();
        agent = startAgent();

        assertThat(master.accept().next().getReregister().getTasksList()).isEmpty();
        await().until(() -> ProcessHandle.of(shim).isEmpty());
    }

    @Test
    void whatNobodyKnowsAnyMoreIsEndedUnlessItIsAnotherAgents() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "sleep 1000"));
        long shim = expect(stream, "t", TaskState.TASK_STARTING)
                .getContainerStatus()
                .getExecutorPid();
        expect(stream, "t", TaskState.TASK_RUNNING);
        agent.close();
        Directories.remove(directory.resolve("work/meta/slaves/" + ID + "/frameworks"));
        Path containers = directory.resolve("run/containers");
        Path others = Files.createDirectories(containers.resolve("of-another-agent"));
        agent = startAgent();
        await().until(() -> ProcessHandle.of(shim).isEmpty());
        await().untilAsserted(() -> assertThat(containers).isDirectoryNotContaining(path -> !path.equals(others)));
        assertThat(others).exists();
    }

    @Test
    void executorThatEndsAtOnceHasAnExitStatus() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(MasterMessage.newBuilder()
                .setRunTask(RunTask.newBuilder()
                        .setFrameworkId("f")
                        .setFrameworkInfo(FrameworkInfo.newBuilder()
                                .setUser("root")
                                .setName("tests")
                                .build()
                                .toByteString())
                        .setTaskInfo(TaskInfo.newBuilder()
                                .setName("t")
                                .setTaskId(TaskID.newBuilder().setValue("t"))
                                .setAgentId(AgentID.newBuilder().setValue(ID))
                                .setExecutor(ExecutorInfo.newBuilder()
                                        .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                                        .setCommand(CommandInfo.newBuilder().setValue("exit 3")))
                                .build()
                                .toByteString())
                        .setLaunchesExecutor(true)));
        ExecutorExited exited = stream.next().getExecutorExited();
        assertThat(exited.getExecutorId()).isEqualTo("e");
        assertThat(exited.getWaitStatus()).isEqualTo(768);
        expect(stream, "t", TaskState.TASK_FAILED);
    }

    @Test
    void refusalForGoodEndsTheAgent() throws Exception {
        FakeMaster.Stream stream = master.accept();
        stream.next();
        stream.say(MasterMessage.newBuilder()
                .setRefused(Refused.newBuilder().setReason("unwanted").setPermanent(true)));
        assertThatThrownBy(() -> agent.ended().get()).hasMessageContaining("unwanted");
    }

    @Test
    void workDirectoryIsNotShared() {
        assertThatThrownBy(this::startAgent)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Another agent uses the work directory");
    }

    @Test
    void workDirectoryOfAnotherAgentIsRefused() throws Exception {
        master.admit(ID);
        await().until(() -> agent.id().get().isPresent());
        agent.close();
        assertThatThrownBy(() -> Agent.start(config("elsewhere", AgentConfig.Recovery.STANDARD)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Hostname changed from here to elsewhere");
    }

    @Test
    void cleaningUpEndsWhatIsLeftThenTheAgentWithoutAWordToTheMaster() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        stream.say(runTask("t", "sleep 1000"));
        long shim = expect(stream, "t", TaskState.TASK_STARTING)
                .getContainerStatus()
                .getExecutorPid();
        expect(stream, "t", TaskState.TASK_RUNNING);
        agent.close();

        agent = Agent.start(config("here", new AgentConfig.Recovery(true, true, ReconfigurationPolicy.EQUAL)));
        agent.ended().get();
        await().until(() -> ProcessHandle.of(shim).isEmpty());
        agent.close();

        agent = startAgent();
        assertThat(master.accept().next().hasRegister()).isTrue();
    }

    @Test
    void manyTasksRunOneAfterTheOther() throws Exception {
        FakeMaster.Stream stream = master.admit(ID);
        for (int i = 0; i < 40; i++) {
            stream.say(runTask("t" + i, "exit 0"));
            expect(stream, "t" + i, TaskState.TASK_STARTING);
            expect(stream, "t" + i, TaskState.TASK_RUNNING);
            expect(stream, "t" + i, TaskState.TASK_FINISHED);
        }
    }

    static TaskStatus expect(FakeMaster.Stream stream, String taskId, TaskState state) throws Exception {
        TaskStatus status = TaskStatus.parseFrom(stream.next().getStatusUpdate().getStatus());
        assertThat(status.getTaskId().getValue()).isEqualTo(taskId);
        assertThat(status.getState()).isEqualTo(state);
        acknowledge(stream, status);
        return status;
    }

    /** What its last life did not hear acknowledged comes before it. */
    static TaskStatus awaitEnd(FakeMaster.Stream stream, String taskId, TaskState end) throws Exception {
        TaskStatus status;
        do {
            status = TaskStatus.parseFrom(stream.next().getStatusUpdate().getStatus());
            assertThat(status.getTaskId().getValue()).isEqualTo(taskId);
            acknowledge(stream, status);
        } while (status.getState() != end);
        return status;
    }

    static void acknowledge(FakeMaster.Stream stream, TaskStatus status) {
        stream.say(MasterMessage.newBuilder()
                .setAcknowledgement(StatusAcknowledgement.newBuilder()
                        .setFrameworkId("f")
                        .setTaskId(status.getTaskId().getValue())
                        .setUuid(status.getUuid())));
    }

    static MasterMessage.Builder runTask(String id, String command) {
        return runTask(id, command, true);
    }

    private static MasterMessage.Builder runTask(String id, String command, boolean checkpoint) {
        return MasterMessage.newBuilder()
                .setRunTask(RunTask.newBuilder()
                        .setFrameworkId("f")
                        .setFrameworkInfo(FrameworkInfo.newBuilder()
                                .setUser("root")
                                .setName("tests")
                                .setCheckpoint(checkpoint)
                                .build()
                                .toByteString())
                        .setTaskInfo(TaskInfo.newBuilder()
                                .setName(id)
                                .setTaskId(TaskID.newBuilder().setValue(id))
                                .setAgentId(AgentID.newBuilder().setValue(ID))
                                .setCommand(CommandInfo.newBuilder().setValue(command))
                                .build()
                                .toByteString()));
    }

    private Agent startAgent() throws IOException {
        return Agent.start(config("here", AgentConfig.Recovery.STANDARD));
    }

    private AgentConfig config(String hostname, AgentConfig.Recovery recovery) {
        return config(hostname, recovery, master, directory);
    }

    static AgentConfig config(String hostname, AgentConfig.Recovery recovery, FakeMaster master, Path directory) {
        return new AgentConfig(
                new AgentConfig.Master("127.0.0.1:" + master.address().getPort(), 20),
                new AgentConfig.Places(directory.resolve("work"), directory.resolve("run")),
                new AgentConfig.Address(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "127.0.0.1", 0, hostname),
                // Some file systems have another size when the next life of the agent looks.
                new AgentConfig.Offer("cpus:4;mem:1024;disk:1024", "*", List.of()),
                new AgentConfig.Running(
                        List.of("mesos"), Path.of("/var/run/docker.sock"), true, ExecutorPolicy.STANDARD, Map.of()),
                recovery,
                AgentConfig.Upkeep.STANDARD);
    }
}
