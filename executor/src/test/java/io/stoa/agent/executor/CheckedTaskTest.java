package io.stoa.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.WaitStatus;
import io.stoa.agent.executor.FakeContainerizer.FakeContainer;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.state.resources.Resources;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What frameworks are told of checks; everything is acknowledged at once. */
class CheckedTaskTest {

    private static final String AGENT = "m-S0";
    private static final String FRAMEWORK = "m-0000";
    private static final CommandInfo COMMAND =
            CommandInfo.newBuilder().setValue("check").build();

    private final ManualTime time = new ManualTime(1_000_000_000_000L);
    private final FakeContainerizer containerizer = new FakeContainerizer();
    private final List<TaskStatus> sent = new ArrayList<>();
    private AgentPaths paths = new AgentPaths(Path.of("/"), Path.of("/"));

    @SuppressWarnings("NullAway.Init")
    private LiveExecutors executors;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        paths = new AgentPaths(directory.resolve("work"), directory.resolve("run"));
        restart();
    }

    private void restart() throws IOException {
        Volumes volumes =
                Volumes.load(paths, Resources.parse("cpus:4"), RecoveryErrors.strict(), Runnable::run, Runnable::run);
        executors = new LiveExecutors(
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
                run -> {});
        executors.recover(AGENT, RecoveryErrors.strict());
    }

    private boolean offer(AgentMessage message) {
        try {
            TaskStatus status = TaskStatus.parseFrom(message.getStatusUpdate().getStatus());
            sent.add(status);
            time.after(
                    0,
                    Runnable::run,
                    () -> executors.acknowledge(StatusAcknowledgement.newBuilder()
                            .setFrameworkId(FRAMEWORK)
                            .setTaskId(status.getTaskId().getValue())
                            .setUuid(status.getUuid())
                            .build()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        return true;
    }

    private FakeContainer run(boolean check, boolean healthCheck) throws IOException {
        TaskInfo.Builder task = TaskInfo.newBuilder()
                .setName("t")
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setAgentId(AgentID.newBuilder().setValue(AGENT))
                .setCommand(CommandInfo.newBuilder().setValue("true"));
        if (check) {
            task.setCheck(CheckInfo.newBuilder()
                    .setType(CheckInfo.Type.COMMAND)
                    .setCommand(CheckInfo.Command.newBuilder().setCommand(COMMAND))
                    .setDelaySeconds(1));
        }
        if (healthCheck) {
            task.setHealthCheck(HealthCheck.newBuilder()
                    .setType(HealthCheck.Type.COMMAND)
                    .setCommand(COMMAND)
                    .setDelaySeconds(2)
                    .setGracePeriodSeconds(0)
                    .setConsecutiveFailures(2));
        }
        FrameworkInfo framework = FrameworkInfo.newBuilder()
                .setUser("")
                .setName("f")
                .setCheckpoint(true)
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.TASK_KILLING_STATE))
                .build();
        new TaskLaunches(executors)
                .run(
                        AGENT,
                        RunTask.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setFrameworkInfo(framework.toByteString())
                                .setTaskInfo(task.build().toByteString())
                                .build());
        FakeContainer container = containerizer.container("t").run();
        time.advance(1_000);
        return container;
    }

    /** The newest command ends. */
    private static void exit(FakeContainer container, int status) {
        container.commands().get(container.commands().size() - 1).complete(new WaitStatus(status << 8));
    }

    private TaskStatus last() {
        return sent.get(sent.size() - 1);
    }

    @Test
    void everyUpdateOfACheckedTaskNamesItsCheck() throws Exception {
        FakeContainer container = run(true, false);
        CheckStatusInfo none = CheckStatusInfo.newBuilder()
                .setType(CheckInfo.Type.COMMAND)
                .setCommand(CheckStatusInfo.Command.getDefaultInstance())
                .build();
        assertThat(sent).extracting(TaskStatus::getCheckStatus).containsExactly(none, none);

        exit(container, 3);
        time.advance(0);
        assertThat(last().getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(last().getReason()).isEqualTo(Reason.REASON_TASK_CHECK_STATUS_UPDATED);
        assertThat(last().getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
        assertThat(last().getCheckStatus().getCommand().getExitCode()).isEqualTo(3);
        assertThat(last().getContainerStatus()).isEqualTo(sent.get(1).getContainerStatus());
        assertThat(last().hasHealthy()).isFalse();

        container.end(TaskState.TASK_FINISHED, "");
        time.advance(0);
        assertThat(last().getCheckStatus()).isEqualTo(none);
        assertThat(sent).extracting(TaskStatus::getUuid).doesNotHaveDuplicates();
    }

    @Test
    void unhealthyTaskIsKilledAndSaidToBeUnhealthy() throws Exception {
        FakeContainer container = run(false, true);
        time.advance(1_000);
        exit(container, 0);
        time.advance(10_000);
        exit(container, 1);
        time.advance(10_000);
        assertThat(sent).extracting(TaskStatus::hasHealthy).containsExactly(false, false, true, true);
        assertThat(sent.get(2).getHealthy()).isTrue();
        assertThat(last().getReason()).isEqualTo(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
        assertThat(last().getHealthy()).isFalse();
        assertThat(container.kills()).isEmpty();

        exit(container, 1);
        time.advance(0);
        assertThat(container.kills()).containsExactly(3_000L);
        assertThat(last().getState()).isEqualTo(TaskState.TASK_KILLING);
        assertThat(last().hasHealthy()).isFalse();
        assertThat(sent.get(sent.size() - 2).getHealthy()).isFalse();
        time.advance(60_000);
        assertThat(container.commands()).hasSize(3);

        container.end(TaskState.TASK_KILLED, "Command terminated with signal Terminated");
        time.advance(0);
        assertThat(last().hasHealthy()).isTrue();
        assertThat(last().getHealthy()).isFalse();
        assertThat(last().hasReason()).isFalse();
    }

    @Test
    void checkAndHealthCheckKeepWhatTheOtherSaid() throws Exception {
        FakeContainer container = run(true, true);
        exit(container, 7);
        time.advance(1_000);
        exit(container, 0);
        time.advance(0);
        assertThat(last().getHealthy()).isTrue();
        assertThat(last().getCheckStatus().getCommand().getExitCode()).isEqualTo(7);
    }

    @Test
    void killOfTheFrameworkEndsChecksAndSaysNothingOfHealth() throws Exception {
        FakeContainer container = run(true, true);
        executors.kill(
                KillTask.newBuilder().setFrameworkId(FRAMEWORK).setTaskId("t").build());
        assertThat(container.commands().get(0)).isCancelled();
        time.advance(60_000);
        assertThat(container.commands()).hasSize(1);
        container.end(TaskState.TASK_KILLED, "");
        time.advance(0);
        assertThat(last().getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(last().hasHealthy()).isFalse();
    }

    @Test
    void checksGoOnInTheNextLifeOfTheAgent() throws Exception {
        FakeContainer container = run(false, true);
        time.advance(1_000);
        exit(container, 1);
        time.advance(0);
        int told = sent.size();

        restart();
        time.advance(0);
        exit(container, 1);
        time.advance(0);
        assertThat(sent).hasSize(told + 2);
        assertThat(container.kills()).hasSize(1);

        restart();
        container.end(TaskState.TASK_KILLED, "");
        time.advance(0);
        assertThat(last().hasHealthy()).isTrue();
        assertThat(last().getHealthy()).isFalse();
    }

    @Test
    void ofUpdatesOfOneStateTheLastIsShown() throws Exception {
        FakeContainer container = run(true, false);
        for (int status = 0; status < 10; status++) {
            exit(container, status);
            time.advance(10_000);
        }
        List<TaskStatus> shown = executors.view().get(0).statuses();
        assertThat(shown)
                .extracting(TaskStatus::getState)
                .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
        assertThat(shown.get(1).getCheckStatus().getCommand().getExitCode()).isEqualTo(9);
    }
}
