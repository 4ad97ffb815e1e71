package io.stoa.agent.executor;

import static io.stoa.agent.container.VariableFixture.secret;
import static io.stoa.agent.container.VariableFixture.variable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.container.Containers;
import io.stoa.agent.executor.FakeContainerizer.FakeContainer;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.TaskView;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.FrameworkUpdated;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.state.resources.Resources;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandExecutorTest {

    private static final String AGENT = "m-S0";
    private static final String FRAMEWORK = "m-0000";

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime(1_000_000_000_000L);
    private final FakeContainerizer containerizer = new FakeContainerizer();
    private final List<TaskStatus> sent = new ArrayList<>();
    private AgentPaths paths = new AgentPaths(Path.of("/"), Path.of("/"));
    private final List<Run> over = new ArrayList<>();
    private LiveExecutors tasks;

    @BeforeEach
    void start() throws IOException {
        paths = new AgentPaths(directory.resolve("work"), directory.resolve("run"));
        tasks = agent();
    }

    @Test
    void commandTaskIsReportedAsMesosDoes() throws Exception {
        run(task("t"));
        containerizer.container("t").run();
        acknowledgeLast();
        containerizer.container("t").end(TaskState.TASK_FINISHED, "Command exited with status 0");
        acknowledgeLast();
        assertThat(sent)
                .extracting(TaskStatus::getState, TaskStatus::getMessage)
                .containsExactly(
                        tuple(TaskState.TASK_STARTING, ""),
                        tuple(TaskState.TASK_RUNNING, ""),
                        tuple(TaskState.TASK_FINISHED, "Command exited with status 0"));
        assertThat(sent).allSatisfy(status -> {
            assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
            assertThat(status.hasReason()).isFalse();
            assertThat(status.getExecutorId().getValue()).isEqualTo("t");
            assertThat(status.getAgentId().getValue()).isEqualTo(AGENT);
            assertThat(status.getTimestamp()).isEqualTo(1_000_000_000.0);
            assertThat(status.getContainerStatus().getExecutorPid()).isEqualTo(4711);
            assertThat(status.getUuid().size()).isEqualTo(16);
            assertThat(status.getUuid().byteAt(6) >> 4).isEqualTo(4);
        });
        assertThat(sent).extracting(TaskStatus::getUuid).doesNotHaveDuplicates();
    }

    @Test
    void taskIsKnownUntilItsLastUpdateIsAcknowledged() throws Exception {
        run(task("t"));
        containerizer.container("t").run();
        acknowledgeLast();
        acknowledgeLast();
        containerizer.container("t").end(TaskState.TASK_FAILED, "Command exited with status 1");
        assertThat(tasks.report())
                .singleElement()
                .satisfies(known -> assertThat(known.getState()).isEqualTo(TaskState.TASK_FAILED_VALUE));
        acknowledgeLast();
        assertThat(tasks.report()).isEmpty();
        assertThat(paths.metaAgents().resolve(AGENT)).isEmptyDirectory();
        assertThat(directory.resolve("run/containers")).isEmptyDirectory();
        assertThat(tasks.view()).extracting(TaskView::state).containsExactly(TaskState.TASK_FAILED);
    }

    @Test
    void sandboxIsWhereMesosHasIt() throws Exception {
        run(task("t"));
        var spec = containerizer.container("t").spec();
        assertThat(spec.sandbox())
                .isEqualTo(directory.resolve("work/slaves/" + AGENT + "/frameworks/" + FRAMEWORK + "/executors/t/runs/"
                        + spec.containerId()))
                .isEmptyDirectory();
        assertThat(spec.sandbox().resolveSibling("latest").toRealPath())
                .isEqualTo(spec.sandbox().toRealPath());
        assertThat(spec.runtimeDir()).isEmptyDirectory();
    }

    @Test
    void environmentHoldsMesosVariablesAndTheTasksOwnWin() throws Exception {
        run(task("t")
                .setCommand(CommandInfo.newBuilder()
                        .setValue("true")
                        .setEnvironment(Environment.newBuilder()
                                .addVariables(variable("A", "1"))
                                .addVariables(secret("PASSWORD", "s3cret"))
                                .addVariables(variable("MESOS_ALLOCATION_ROLE", "mine"))
                                .addVariables(variable("MESOS_CHECKPOINT", "mine")))));
        var spec = containerizer.container("t").spec();
        assertThat(spec.environment())
                .containsEntry("A", "1")
                .containsEntry("PASSWORD", "s3cret")
                .containsEntry("MESOS_CHECKPOINT", "mine")
                .containsEntry("MESOS_ALLOCATION_ROLE", "*")
                .containsEntry("MESOS_TASK_ID", "t")
                .containsEntry("MESOS_EXECUTOR_ID", "t")
                .containsEntry("MESOS_FRAMEWORK_ID", FRAMEWORK)
                .containsEntry("MESOS_SLAVE_ID", AGENT)
                .containsEntry("MESOS_SLAVE_PID", "slave(1)@127.0.0.1:5051")
                .containsEntry("MESOS_AGENT_ENDPOINT", "127.0.0.1:5051")
                .containsEntry("MESOS_SANDBOX", spec.sandbox().toString())
                .containsEntry("MESOS_DIRECTORY", spec.sandbox().toString())
                .containsEntry("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "5secs")
                .containsEntry("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    @Test
    void knownTaskIsNotLaunchedAgain() throws Exception {
        run(task("t"));
        run(task("t"));
        containerizer.container("t").run().end(TaskState.TASK_FINISHED, "");
        run(task("t"));
        assertThat(containerizer.launched()).isEqualTo(1);
    }

    @Test
    void taskThatNoContainerizerTakesFailsInMesosWords() throws Exception {
        run(task("t").setContainer(ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS)));
        assertRefused(
                "None of the enabled containerizers (fake) could create a container for the provided TaskInfo/ExecutorInfo message");
    }

    @Test
    void unknownUserFailsTheTask() throws Exception {
        run(task("t").setCommand(CommandInfo.newBuilder().setValue("true").setUser("no-such-user")));
        assertRefused("Failed to launch container: Failed to chown the sandbox to 'no-such-user': No such user"
                + " 'no-such-user'");
    }

    @Test
    void aLaunchThatBreaksFailsItsTaskOnly() throws Exception {
        containerizer.breakDown();
        run(task("t"));
        assertRefused("Failed to launch container: broken");
    }

    @Test
    void idThatIsNoFileNameIsAnErrorAndTouchesNothing() throws Exception {
        run(task("../../../../../../../../tmp/evil"));
        assertThat(sent)
                .singleElement()
                .satisfies(status -> assertThat(status.getState()).isEqualTo(TaskState.TASK_ERROR));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void killUsesTheGracePeriodOfTheCallThenOfTheTaskThenThreeSeconds() throws Exception {
        KillPolicy two = KillPolicy.newBuilder().setGracePeriod(seconds(2)).build();
        KillPolicy seven = KillPolicy.newBuilder().setGracePeriod(seconds(7)).build();
        run(task("plain"));
        run(task("own").setKillPolicy(two));
        run(task("called").setKillPolicy(two));
        kill("plain", KillPolicy.getDefaultInstance());
        kill("own", KillPolicy.getDefaultInstance());
        kill("called", seven);
        assertThat(containerizer.container("plain").kills()).containsExactly(3_000L);
        assertThat(containerizer.container("own").kills()).containsExactly(2_000L);
        assertThat(containerizer.container("called").kills()).containsExactly(7_000L);
    }

    @Test
    void repeatedKillOnlyShortens() throws Exception {
        run(task("t"));
        kill("t", KillPolicy.newBuilder().setGracePeriod(seconds(20)).build());
        kill("t", KillPolicy.newBuilder().setGracePeriod(seconds(30)).build());
        kill("t", KillPolicy.newBuilder().setGracePeriod(seconds(5)).build());
        assertThat(containerizer.container("t").kills()).containsExactly(20_000L, 5_000L);
    }

    @Test
    void killingIsReportedOnceAndOnlyToFrameworksThatKnowIt() throws Exception {
        run(task("quiet"));
        containerizer.container("quiet").run();
        kill("quiet", KillPolicy.getDefaultInstance());
        assertThat(tasks.view().get(0).state()).isEqualTo(TaskState.TASK_RUNNING);
        FrameworkInfo framework = framework()
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.TASK_KILLING_STATE))
                .build();
        run(framework, task("told").build());
        containerizer.container("told").run();
        kill("told", KillPolicy.getDefaultInstance());
        kill("told", KillPolicy.getDefaultInstance());
        assertThat(tasks.view().get(1).statuses())
                .extracting(TaskStatus::getState)
                .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);
    }

    @Test
    void killOfAnUnknownTaskIsIgnored() throws Exception {
        kill("nobody", KillPolicy.getDefaultInstance());
        assertThat(sent).isEmpty();
    }

    @Test
    void taskThatTakesTooLongFails() throws Exception {
        run(task("t").setMaxCompletionTime(seconds(60)));
        FakeContainer container = containerizer.container("t").run();
        time.advance(59_999);
        assertThat(container.kills()).isEmpty();
        time.advance(1);
        assertThat(container.kills()).containsExactly(0L);
        container.end(TaskState.TASK_KILLED, "Command terminated with signal Killed");
        TaskStatus last = tasks.view().get(0).statuses().get(2);
        assertThat(last.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(last.getReason()).isEqualTo(TaskStatus.Reason.REASON_MAX_COMPLETION_TIME_REACHED);
    }

    @Test
    void frameworksThatAreGoneAreNotTold() throws Exception {
        run(task("running"));
        containerizer.container("running").run();
        sent.clear();
        tasks.shutdownFramework(FRAMEWORK);
        assertThat(containerizer.container("running").kills()).containsExactly(5_000L);
        containerizer.container("running").end(TaskState.TASK_KILLED, "Command terminated with signal Terminated");
        time.advance(3_600_000);
        assertThat(sent).isEmpty();
        assertThat(tasks.report()).isEmpty();
    }

    @Test
    void taskThatStartsLateIsForgottenWithItsFramework() throws Exception {
        run(task("late"));
        tasks.shutdownFramework(FRAMEWORK);
        containerizer.container("late").run().end(TaskState.TASK_KILLED, "Command terminated with signal Killed");
        assertThat(sent).isEmpty();
        assertThat(tasks.report()).isEmpty();
    }

    @Test
    void taskThatStartsAndNeverRunsFailsByItsExecutor() throws Exception {
        run(task("t"));
        containerizer.container("t").start().end(TaskState.TASK_FAILED, "Failed to run docker container: no");
        acknowledgeLast();
        assertThat(sent)
                .extracting(TaskStatus::getState, TaskStatus::getSource)
                .containsExactly(
                        tuple(TaskState.TASK_STARTING, TaskStatus.Source.SOURCE_EXECUTOR),
                        tuple(TaskState.TASK_FAILED, TaskStatus.Source.SOURCE_EXECUTOR));
    }

    @Test
    void shutdownIsDoneWhenTheLastTaskIsGone() throws Exception {
        List<String> done = new ArrayList<>();
        run(task("a"));
        run(task("b"));
        tasks.shutdown(() -> done.add("done"));
        containerizer.container("a").end(TaskState.TASK_KILLED, "");
        assertThat(done).isEmpty();
        containerizer.container("b").end(TaskState.TASK_KILLED, "");
        assertThat(done).hasSize(1);
    }

    @Test
    void frameworkThatComesBackGetsItsUpdatesAtOnce() throws Exception {
        run(task("t"));
        containerizer.container("t").run();
        tasks.frameworkUpdated(FrameworkUpdated.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setFrameworkInfo(framework().build().toByteString())
                .build());
        assertThat(sent)
                .hasSize(2)
                .extracting(TaskStatus::getUuid)
                .containsOnly(sent.get(0).getUuid());
    }

    @Test
    void nextAgentSendsWhatWasNotAcknowledged() throws Exception {
        run(task("t"));
        containerizer.container("t").run();
        acknowledgeLast();
        TaskStatus running = sent.get(1);
        sent.clear();
        restart();
        assertThat(sent).containsExactly(running);
        assertThat(tasks.report())
                .singleElement()
                .satisfies(known -> assertThat(known.getState()).isEqualTo(TaskState.TASK_RUNNING_VALUE));
        run(task("t"));
        containerizer.container("t").end(TaskState.TASK_FINISHED, "Command exited with status 0");
        acknowledgeLast();
        assertThat(sent.get(1).getState()).isEqualTo(TaskState.TASK_FINISHED);
    }

    @Test
    void nextAgentSaysNothingAboutWhatWasAcknowledged() throws Exception {
        run(task("t"));
        containerizer.container("t").run();
        acknowledgeLast();
        acknowledgeLast();
        sent.clear();
        restart();
        assertThat(sent).isEmpty();
        kill("t", KillPolicy.getDefaultInstance());
        assertThat(containerizer.container("t").kills()).containsExactly(3_000L);
    }

    @Test
    void nextAgentSendsTheSameLastUpdate() throws Exception {
        run(task("t"));
        containerizer.container("t").run();
        acknowledgeLast();
        acknowledgeLast();
        containerizer.container("t").end(TaskState.TASK_FINISHED, "Command exited with status 0");
        TaskStatus finished = sent.get(2);
        sent.clear();
        restart();
        assertThat(sent).containsExactly(finished);
        acknowledgeLast();
        restart();
        assertThat(tasks.report()).isEmpty();
    }

    @Test
    void taskWithoutATraceIsNotRunAgainButReported() throws Exception {
        run(task("t"));
        containerizer.lose("t");
        restart();
        assertRefused("Abnormal executor termination: unknown container");
        run(task("t"));
        assertThat(containerizer.launched()).isZero();
    }

    @Test
    void recordThatWasCutShortIsAsIfNeverWritten() throws Exception {
        run(task("t"));
        containerizer.container("t").run();
        Path log = onlyFile("task.updates");
        byte[] whole = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(whole, whole.length - 3));
        sent.clear();
        restart();
        assertThat(tasks.view().get(0).statuses()).hasSize(2);
        Files.write(log, new byte[] {1, 0, 0}, StandardOpenOption.APPEND);
        restart();
        assertThat(tasks.view().get(0).statuses()).hasSize(2);
    }

    @Test
    void whatIsNotCheckpointedDoesNotOutliveTheAgent() throws Exception {
        run(framework().setCheckpoint(false).build(), task("t").build());
        containerizer.container("t").run();
        sent.clear();

        restart();

        assertThat(tasks.report()).isEmpty();
        assertThat(containerizer.container("t").kills()).hasSize(1);
        assertThat(sent).isEmpty();
    }

    private void assertRefused(String message) {
        assertThat(sent).singleElement().satisfies(status -> {
            assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
            assertThat(status.getMessage()).isEqualTo(message);
            assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
            assertThat(status.hasReason()).isTrue();
        });
    }

    private void restart() throws IOException {
        tasks = agent();
        tasks.recover(AGENT, RecoveryErrors.strict());
    }

    private LiveExecutors agent() throws IOException {
        Volumes volumes =
                Volumes.load(paths, Resources.parse("cpus:4"), RecoveryErrors.strict(), Runnable::run, Runnable::run);
        return new LiveExecutors(
                new TaskHost(
                        paths,
                        new Containers(List.of(containerizer)),
                        "127.0.0.1:5051",
                        true,
                        ExecutorPolicy.STANDARD,
                        Runnable::run,
                        volumes),
                this::offer,
                time,
                Runnable::run,
                over::add);
    }

    private boolean offer(AgentMessage message) {
        try {
            sent.add(TaskStatus.parseFrom(message.getStatusUpdate().getStatus()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        return true;
    }

    private void run(TaskInfo.Builder task) throws InvalidProtocolBufferException {
        run(framework().build(), task.build());
    }

    private void run(FrameworkInfo framework, TaskInfo task) throws InvalidProtocolBufferException {
        new TaskLaunches(tasks)
                .run(
                        AGENT,
                        RunTask.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setFrameworkInfo(framework.toByteString())
                                .setTaskInfo(task.toByteString())
                                .build());
    }

    private void kill(String taskId, KillPolicy policy) throws InvalidProtocolBufferException {
        tasks.kill(KillTask.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setTaskId(taskId)
                .setKillPolicy(policy.toByteString())
                .build());
    }

    private void acknowledgeLast() {
        TaskStatus last = sent.get(sent.size() - 1);
        tasks.acknowledge(StatusAcknowledgement.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setTaskId(last.getTaskId().getValue())
                .setUuid(last.getUuid())
                .build());
    }

    private Path onlyFile(String name) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    private static FrameworkInfo.Builder framework() {
        return FrameworkInfo.newBuilder().setUser("").setName("tests").setCheckpoint(true);
    }

    private static TaskInfo.Builder task(String id) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(AGENT))
                .setCommand(CommandInfo.newBuilder().setValue("true"));
    }

    private static DurationInfo seconds(long seconds) {
        return DurationInfo.newBuilder().setNanoseconds(seconds * 1_000_000_000).build();
    }
}
