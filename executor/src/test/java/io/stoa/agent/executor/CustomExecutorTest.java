package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT;
import static io.stoa.agent.executor.ExecutorFixture.AGENT_INFO;
import static io.stoa.agent.executor.ExecutorFixture.FRAMEWORK;
import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.framework;
import static io.stoa.agent.executor.ExecutorFixture.status;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.executor.ExecutorFixture.Stream;
import io.stoa.proto.agent.AgentExecutor;
import io.stoa.proto.agent.FrameworkMessage;
import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.executor.Protos.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomExecutorTest {

    private static final ExecutorInfo CUSTOM = executor("e", ExecutorInfo.Type.CUSTOM);

    @TempDir
    Path directory;

    private ExecutorFixture agent = new ExecutorFixture(Path.of("/nowhere"));

    CustomExecutorTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        agent = new ExecutorFixture(directory);
    }

    @Test
    void tasksAreDeliveredWhenItHasSubscribed() throws Exception {
        agent.run(task("a", CUSTOM), true);
        agent.run(task("b", CUSTOM), false);
        Stream stream = agent.subscribe();
        assertThat(stream.heard()).containsExactly("SUBSCRIBED", "LAUNCH a", "LAUNCH b");
        agent.runGroup(false, task("c", CUSTOM), task("d", CUSTOM));
        assertThat(stream.heard()).containsExactly("LAUNCH_GROUP 2");
        assertThat(agent.containerizer.launched()).isEqualTo(1);
    }

    @Test
    void itsContainerIsGivenWhatItsTasksAreToHave() throws Exception {
        agent.run(withCpus("a", 1), true);
        agent.containerizer.container("e").run();
        agent.subscribe();
        agent.run(withCpus("b", 2), false);
        assertThat(cpusOfUpdates()).last().isEqualTo(3.0);
        update("a", TaskState.TASK_FINISHED, 1);
        assertThat(cpusOfUpdates()).last().isEqualTo(2.0);
    }

    @Test
    void tasksAreDeliveredInTheOrderInWhichTheyCame() throws Exception {
        agent.hold();
        agent.run(task("a", CUSTOM), true);
        agent.run(task("b", CUSTOM), false);
        agent.run(task("c", CUSTOM), false);
        agent.releaseNewestFirst();
        assertThat(agent.subscribe().heard()).containsExactly("SUBSCRIBED", "LAUNCH a", "LAUNCH b", "LAUNCH c");
    }

    @Test
    void figuresTellHowFarItIsAndWhatItSaid() throws Exception {
        agent.run(task("a", CUSTOM), true);
        agent.containerizer.container("e").run();
        assertThat(figures()).containsEntry("slave/executors_registering", 1.0);
        agent.subscribe();
        update("a", TaskState.TASK_RUNNING, 1);
        update("stranger", TaskState.TASK_RUNNING, 2);
        assertThat(figures())
                .containsEntry("slave/executors_registering", 0.0)
                .containsEntry("slave/executors_running", 1.0)
                .containsEntry("slave/executors_terminated", 0.0)
                .containsEntry("slave/frameworks_active", 1.0)
                .containsEntry("slave/valid_status_updates", 2.0);
        agent.shutDown("e");
        assertThat(figures()).containsEntry("slave/executors_terminating", 1.0);
        agent.containerizer.container("e").end(TaskState.TASK_FAILED, "");
        agent.heard();
        assertThat(figures())
                .containsEntry("slave/executors_terminating", 0.0)
                .containsEntry("slave/executors_terminated", 1.0)
                .containsEntry("slave/frameworks_active", 0.0);
    }

    private SortedMap<String, Double> figures() {
        SortedMap<String, Double> figures = new TreeMap<>();
        agent.executors.addTo(figures);
        return figures;
    }

    @Test
    void executorWhoseContainerCannotFollowIsEnded() throws Exception {
        agent.run(withCpus("a", 1), true);
        FakeContainerizer.FakeContainer container = agent.containerizer.container("e");
        container.run();
        agent.subscribe();
        container.failUpdates();
        agent.run(withCpus("b", 2), false);
        assertThat(container.kills()).containsExactly(0L);
        container.end(TaskState.TASK_FAILED, "Command terminated with signal Killed");
        assertThat(agent.last().getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_CONTAINER_UPDATE_FAILED);
        assertThat(agent.last().getMessage()).isEqualTo("Failed to update resources for container: no such group");
    }

    private List<Double> cpusOfUpdates() {
        return agent.containerizer.container("e").updates().stream()
                .map(spec -> spec.workload().scalar("cpus"))
                .toList();
    }

    private static TaskInfo withCpus(String id, int cpus) {
        return task(id, CUSTOM).toBuilder()
                .addAllResources(Resources.parse("cpus:" + cpus, "*").toProto())
                .build();
    }

    @Test
    void updatesAreToldAndAcknowledgedWithWhatTheAgentKnows() throws Exception {
        agent.run(task("a", CUSTOM), true);
        agent.containerizer.container("e").run();
        Stream stream = agent.subscribe();
        update("a", TaskState.TASK_RUNNING, 1);
        assertThat(stream.heard()).containsExactly("SUBSCRIBED", "LAUNCH a", "ACKNOWLEDGED a");
        TaskStatus status = agent.last();
        assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
        assertThat(status.getAgentId().getValue()).isEqualTo(AGENT);
        assertThat(status.getTimestamp()).isEqualTo(1_000_000_000.0);
        assertThat(status.getContainerStatus().getExecutorPid()).isEqualTo(4711);
        update("a", TaskState.TASK_FINISHED, 2);
        assertThat(agent.heard()).containsExactly("a TASK_RUNNING", "a TASK_FINISHED");
        assertThat(agent.executors.report()).isEmpty();
        assertThat(agent.executors.reportExecutors())
                .extracting(AgentExecutor::getExecutorId)
                .containsExactly("e");
    }

    @Test
    void whatComesTwiceOrTooLateIsAcknowledgedAndNotTold() throws Exception {
        Stream stream = running("a");
        update("a", TaskState.TASK_RUNNING, 1);
        update("a", TaskState.TASK_FINISHED, 2);
        update("a", TaskState.TASK_FAILED, 3);
        assertThat(stream.heard()).containsExactly("ACKNOWLEDGED a", "ACKNOWLEDGED a", "ACKNOWLEDGED a");
        assertThat(agent.heard()).containsExactly("a TASK_FINISHED");
    }

    @Test
    void updateWithAnotherAgentsIdIsIgnored() throws Exception {
        Stream stream = running("a");
        agent.custom()
                .updated(status("a", TaskState.TASK_FINISHED, 2)
                        .setAgentId(AgentID.newBuilder().setValue("other"))
                        .build());
        assertThat(stream.heard()).isEmpty();
        assertThat(agent.heard()).isEmpty();
    }

    @Test
    void updateOfAnUnknownTaskIsToldAndNotAcknowledged() throws Exception {
        Stream stream = running("a");
        update("nosuch", TaskState.TASK_RUNNING, 2);
        assertThat(stream.heard()).isEmpty();
        assertThat(agent.heard()).containsExactly("nosuch TASK_RUNNING");
    }

    @Test
    void updatesThatNobodyAcknowledgesAreTakenUpToALimit() throws Exception {
        Stream stream = running("a");
        for (int uuid = 2; uuid < 1_100; uuid++) {
            update("a", TaskState.TASK_RUNNING, uuid);
        }
        assertThat(stream.heard()).hasSize(1_000);
        agent.acknowledge(agent.last());
        update("a", TaskState.TASK_RUNNING, 1_100);
        update("a", TaskState.TASK_RUNNING, 1_101);
        assertThat(stream.heard()).containsExactly("ACKNOWLEDGED a");
        update("a", TaskState.TASK_FINISHED, 1_102);
        assertThat(stream.heard()).containsExactly("ACKNOWLEDGED a");
    }

    @Test
    void updatesOfUnknownTasksAreTakenUpToALimit() throws Exception {
        running("a");
        for (int i = 0; i < 1_100; i++) {
            update("nosuch" + i, TaskState.TASK_RUNNING, 2);
        }
        assertThat(agent.statuses).hasSize(1_001);
    }

    @Test
    void killAndMessagesReachIt() throws Exception {
        Stream stream = running("a");
        agent.kill("a");
        agent.executors.message(FrameworkMessage.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setExecutorId("e")
                .setData(ByteString.copyFromUtf8("hello"))
                .build());
        agent.executors.tell(agent.custom().run(), ByteString.copyFromUtf8("hi"));
        assertThat(stream.heard()).containsExactly("KILL a", "MESSAGE hello");
        assertThat(agent.heard()).containsExactly("e says hi");
    }

    @Test
    void taskKilledBeforeItSubscribesIsNeverDelivered() throws Exception {
        agent.run(task("a", CUSTOM), true);
        agent.kill("a");
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
        assertThat(agent.last().getMessage()).isEqualTo("Killed before delivery to the executor");
        assertThat(agent.heard()).containsExactly("a TASK_KILLED");
        assertThat(agent.subscribe().heard()).containsExactly("SHUTDOWN");
    }

    @Test
    void taskKilledWhileItIsWrittenDownIsNeverDelivered() throws Exception {
        agent.hold();
        agent.run(task("a", CUSTOM), true);
        agent.kill("a");
        agent.release();
        assertThat(agent.heard()).containsExactly("a TASK_KILLED");
    }

    @Test
    void groupIsKilledAsAWholeBeforeItSubscribes() throws Exception {
        agent.runGroup(true, task("a", CUSTOM), task("b", CUSTOM));
        agent.kill("b");
        assertThat(agent.last().getMessage())
                .isEqualTo("A task within the task group was killed before delivery to the executor");
        assertThat(agent.heard()).containsExactly("a TASK_KILLED", "b TASK_KILLED");
    }

    @Test
    void endOfItsProcessIsToldBeforeThatOfItsTasks() throws Exception {
        running("a");
        agent.containerizer
                .container("e")
                .end(new End(TaskState.TASK_FAILED, null, "Command exited with status 3", OptionalInt.of(768)));
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
        assertThat(agent.last().getMessage()).isEqualTo("Executor terminated");
        assertThat(agent.last().getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
        assertThat(agent.last().getExecutorId().getValue()).isEqualTo("e");
        assertThat(agent.heard()).containsExactly("e exited 768", "a TASK_FAILED");
        assertNothingLeft();
    }

    @Test
    void oneThatDoesNotSubscribeIsKilled() throws Exception {
        agent.run(task("a", CUSTOM), true);
        agent.time.advance(59_999);
        assertThat(agent.containerizer.container("e").kills()).isEmpty();
        agent.time.advance(1);
        assertThat(agent.containerizer.container("e").kills()).containsExactly(0L);
        agent.containerizer
                .container("e")
                .end(new End(TaskState.TASK_KILLED, null, "Command terminated with signal Killed", OptionalInt.of(9)));
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT);
        assertThat(agent.last().getMessage()).isEqualTo("Executor did not register within 1mins");
        assertThat(agent.heard()).containsExactly("e exited 9", "a TASK_FAILED");
    }

    @Test
    void limitThatItsContainerMetIsTheReasonOfItsTasksEnd() throws Exception {
        running("a");
        agent.containerizer
                .container("e")
                .end(new End(
                        TaskState.TASK_FAILED,
                        Reason.REASON_CONTAINER_LIMITATION_MEMORY,
                        "Memory limit exceeded",
                        OptionalInt.of(9)));
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(agent.last().getMessage()).isEqualTo("Memory limit exceeded");
    }

    @Test
    void shutdownIsAskedForAndThenForced() throws Exception {
        Stream stream = running("a");
        agent.shutDown("e");
        assertThat(stream.heard()).containsExactly("SHUTDOWN");
        agent.run(task("b", CUSTOM), false);
        assertThat(agent.last().getMessage()).isEqualTo("Executor terminating");
        assertThat(agent.heard()).containsExactly("b TASK_LOST");
        agent.time.advance(5_000);
        assertThat(agent.containerizer.container("e").kills()).containsExactly(0L);
    }

    @Test
    void oneThatIsShutDownBeforeItsStartIsNotStarted() throws Exception {
        agent.hold();
        agent.run(task("a", CUSTOM), true);
        agent.shutDown("e");
        agent.release();
        assertThat(agent.last().getMessage()).isEqualTo("Executor terminating");
        assertThat(agent.heard()).containsExactly("e exited -1", "a TASK_FAILED");
        assertThat(agent.containerizer.launched()).isZero();
        agent.time.advance(60_000);
        assertNothingLeft();
    }

    @Test
    void newerConnectionReplacesTheOlder() throws Exception {
        Stream stream = running("a");
        Stream second = agent.subscribe();
        assertThat(stream.ended).isTrue();
        assertThat(second.heard()).containsExactly("SUBSCRIBED");
        agent.custom().disconnected(stream);
        agent.kill("a");
        assertThat(second.heard()).containsExactly("KILL a");
    }

    @Test
    void restartedAgentWaitsForIt() throws Exception {
        running("a");
        agent.run(task("b", CUSTOM), false);
        agent.restart();
        assertThat(agent.executors.reportExecutors()).hasSize(1);
        Stream stream = new Stream();
        agent.custom()
                .subscribe(
                        Call.Subscribe.newBuilder()
                                .addUnacknowledgedTasks(task("b", CUSTOM))
                                .addUnacknowledgedUpdates(
                                        Call.Update.newBuilder().setStatus(status("a", TaskState.TASK_FINISHED, 7)))
                                .build(),
                        stream,
                        AGENT_INFO);
        assertThat(stream.heard()).containsExactly("SUBSCRIBED", "ACKNOWLEDGED a");
        assertThat(agent.heard()).containsExactly("a TASK_FINISHED");
        update("b", TaskState.TASK_RUNNING, 8);
        assertThat(agent.heard()).containsExactly("b TASK_RUNNING");
    }

    @Test
    void taskThatItNeverHeardOfIsLostWithTheAgentsLastLife() throws Exception {
        running("a");
        agent.run(task("b", CUSTOM), false);
        agent.restart();
        assertThat(agent.subscribe().heard()).containsExactly("SUBSCRIBED");
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_AGENT_RESTARTED);
        assertThat(agent.last().getMessage()).isEqualTo("Task launched during agent restart");
        assertThat(agent.heard()).containsExactly("b TASK_LOST");
    }

    @Test
    void oneThatDoesNotComeBackIsKilled() throws Exception {
        agent.run(
                framework()
                        .addCapabilities(FrameworkInfo.Capability.newBuilder()
                                .setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                        .build(),
                task("a", CUSTOM),
                true);
        agent.containerizer.container("e").run();
        agent.subscribe();
        agent.restart();
        agent.time.advance(2_000);
        assertThat(agent.containerizer.container("e").kills()).containsExactly(0L);
        agent.containerizer
                .container("e")
                .end(new End(TaskState.TASK_KILLED, null, "Command terminated with signal Killed", OptionalInt.of(9)));
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT);
        assertThat(agent.last().getMessage()).isEqualTo("Executor did not reregister within 2secs");
        assertThat(agent.heard()).containsExactly("e exited 9", "a TASK_GONE");
    }

    @Test
    void idleOneIsFoundAgainAndEndsWithItsFramework() throws Exception {
        running("a");
        update("a", TaskState.TASK_FINISHED, 2);
        agent.heard();
        agent.restart();
        Stream stream = agent.subscribe();
        assertThat(stream.heard()).containsExactly("SUBSCRIBED");
        agent.executors.shutdownFramework(FRAMEWORK);
        assertThat(stream.heard()).containsExactly("SHUTDOWN");
        agent.containerizer.container("e").end(TaskState.TASK_FINISHED, "");
        assertNothingLeft();
    }

    @Test
    void oneThatEndedMeanwhileIsReported() throws Exception {
        running("a");
        agent.containerizer.lose("e");
        agent.restart();
        assertThat(agent.last().getMessage()).isEqualTo("Abnormal executor termination: unknown container");
        assertThat(agent.heard()).containsExactly("e exited -1", "a TASK_FAILED");
        assertNothingLeft();
    }

    @Test
    void taskForAnExecutorThatEndedMeanwhileIsDropped() throws Exception {
        agent.run(task("a", CUSTOM), false);
        assertThat(agent.last().getMessage()).isEqualTo("No executor is expected to launch and there is none running");
        assertThat(agent.heard()).containsExactly("a TASK_LOST");
    }

    @Test
    void oneThatTheMasterDoesNotKnowIsShutDown() throws Exception {
        Stream stream = running("a");
        agent.run(task("b", CUSTOM), true);
        assertThat(agent.last().getMessage()).isEqualTo("Master wants to launch executor, but one already exists");
        assertThat(stream.heard()).containsExactly("SHUTDOWN");
    }

    @Test
    void containerThatCannotBeMadeFailsTheTasks() throws Exception {
        agent.containerizer.breakDown();
        agent.run(task("a", CUSTOM), true);
        assertThat(agent.last().getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(agent.last().getMessage()).isEqualTo("Failed to launch container: broken");
        assertThat(agent.heard()).containsExactly("e exited -1", "a TASK_FAILED");
    }

    @Test
    void environmentIsThatOfMesos() throws Exception {
        agent.run(task("a", CUSTOM), true);
        var spec = agent.containerizer.container("e").spec();
        assertThat(spec.environment())
                .containsEntry("MESOS_EXECUTOR_ID", "e")
                .containsEntry("OPERATORS", "own")
                .containsEntry("MESOS_FRAMEWORK_ID", FRAMEWORK)
                .containsEntry("MESOS_AGENT_ENDPOINT", "127.0.0.1:5051")
                .containsEntry("MESOS_SANDBOX", spec.sandbox().toString())
                .containsEntry("MESOS_CHECKPOINT", "1")
                .containsEntry("MESOS_RECOVERY_TIMEOUT", "15mins")
                .containsEntry("MESOS_SUBSCRIPTION_BACKOFF_MAX", "2secs")
                .doesNotContainKey("MESOS_TASK_ID");
    }

    private Stream running(String taskId) throws Exception {
        return agent.running(task(taskId, CUSTOM));
    }

    private void update(String taskId, TaskState state, int number) {
        agent.custom().updated(status(taskId, state, number).build());
    }

    private void assertNothingLeft() {
        assertThat(agent.executors.find(FRAMEWORK, "e")).isEmpty();
        assertThat(agent.paths.metaAgents().resolve(AGENT)).isEmptyDirectory();
        assertThat(agent.paths.runtimeDir().resolve("containers")).isEmptyDirectory();
    }
}
