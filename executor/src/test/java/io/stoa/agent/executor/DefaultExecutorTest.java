package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT;
import static io.stoa.agent.executor.ExecutorFixture.FRAMEWORK;
import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.WaitStatus;
import io.stoa.proto.agent.AgentExecutor;
import io.stoa.state.resources.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.LinuxInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods: the facts are those of a recorded default executor. */
class DefaultExecutorTest {

    private static final ExecutorInfo POD = executor("pod", ExecutorInfo.Type.DEFAULT);

    @TempDir
    Path directory;

    private ExecutorFixture agent = new ExecutorFixture(Path.of("/nowhere"));

    DefaultExecutorTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        agent = new ExecutorFixture(directory);
    }

    @Test
    void updatesShowAsMuchOfTheContainerAsMesosDo() throws Exception {
        agent.runGroup(true, task("a", POD), task("b", POD));
        assertThat(agent.statuses).extracting(DefaultExecutorTest::id).containsExactly("a", "b");
        TaskStatus starting = agent.statuses.get(0);
        assertThat(starting.getState()).isEqualTo(TaskState.TASK_STARTING);
        assertThat(starting.getExecutorId().getValue()).isEqualTo("pod");
        ContainerStatus only = starting.getContainerStatus();
        assertThat(only.getContainerId().hasParent()).isTrue();
        assertThat(only)
                .isEqualTo(ContainerStatus.newBuilder()
                        .setContainerId(only.getContainerId())
                        .build());
        assertThat(agent.heard()).containsExactly("a TASK_STARTING", "b TASK_STARTING");
        agent.containerizer.container("a").run();
        assertThat(agent.last().getContainerStatus().getExecutorPid()).isEqualTo(4711);
        assertThat(agent.heard()).containsExactly("a TASK_RUNNING");
        agent.containerizer.container("a").end(TaskState.TASK_FINISHED, "Command exited with status 0");
        assertThat(agent.last().getContainerStatus()).isEqualTo(only);
        assertThat(agent.last().getMessage()).isEqualTo("Command exited with status 0");
        assertThat(agent.last().hasReason()).isFalse();
        assertThat(agent.last().getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
        assertThat(agent.heard()).containsExactly("a TASK_FINISHED");
    }

    @Test
    void sandboxOfATaskIsInThatOfItsExecutor() throws Exception {
        agent.runGroup(true, task("a", POD));
        var spec = agent.containerizer.container("a").spec();
        Path root = agent.executors.find(FRAMEWORK, "pod").orElseThrow().sandbox();
        assertThat(spec.sandbox())
                .isEqualTo(root.resolve("containers").resolve(spec.containerId()))
                .isEmptyDirectory();
        assertThat(root.resolve("tasks/a").toRealPath())
                .isEqualTo(spec.sandbox().toRealPath());
        assertThat(spec.environment())
                .containsOnlyKeys("PATH", "MESOS_SANDBOX", "MESOS_CONTAINER_IP", "MESOS_ALLOCATION_ROLE")
                .containsEntry("MESOS_CONTAINER_IP", "127.0.0.1")
                .containsEntry("MESOS_SANDBOX", spec.sandbox().toString());
    }

    @Test
    void taskThatPutsALinkInTheWayLeadsTheAgentNowhere() throws Exception {
        running("a");
        Path root = agent.executors.find(FRAMEWORK, "pod").orElseThrow().sandbox();
        Path elsewhere = Files.createDirectory(directory.resolve("etc"));
        Files.writeString(elsewhere.resolve("passwd"), "root");
        Files.move(root.resolve("tasks"), root.resolve("moved"));
        Files.createSymbolicLink(root.resolve("tasks"), elsewhere);
        agent.runGroup(false, task("passwd", POD));
        assertThat(elsewhere.resolve("passwd")).isRegularFile().hasContent("root");
        agent.acknowledge(agent.last());
        assertThat(agent.last().getMessage()).startsWith("Failed to launch container: ");
        assertThat(agent.heard()).containsExactly("passwd TASK_STARTING", "passwd TASK_FAILED");
    }

    @Test
    void executorEndsWithItsLastTask() throws Exception {
        running("a", "b");
        end("a", TaskState.TASK_FINISHED);
        assertThat(agent.heard()).containsExactly("a TASK_FINISHED");
        assertThat(agent.executors.reportExecutors())
                .extracting(AgentExecutor::getExecutorId)
                .containsExactly("pod");
        end("b", TaskState.TASK_FINISHED);
        assertThat(agent.executors.reportExecutors()).isEmpty();
        assertThat(agent.heard()).containsExactly("b TASK_FINISHED", "pod exited 0");
        assertNothingLeft();
    }

    @Test
    void itsContainerIsGivenWhatItsTasksAreToHave() throws Exception {
        agent.hold();
        agent.runGroup(true, withCpus("a", 1));
        agent.runGroup(false, withCpus("b", 2));
        agent.releaseNewestFirst();
        assertThat(cpusEnclosed()).containsExactly(1.0, 3.0);
        end("a", TaskState.TASK_FINISHED);
        assertThat(cpusEnclosed()).containsExactly(1.0, 3.0, 2.0);
        end("b", TaskState.TASK_FINISHED);
        assertThat(cpusEnclosed()).isEmpty();
    }

    private List<Double> cpusEnclosed() {
        return agent.containerizer.enclosed().stream()
                .map(spec -> spec.workload().scalar("cpus"))
                .toList();
    }

    private static TaskInfo withCpus(String id, int cpus) {
        return task(id, POD).toBuilder()
                .addAllResources(Resources.parse("cpus:" + cpus, "*").toProto())
                .build();
    }

    @Test
    void groupDiesWithATaskThatFails() throws Exception {
        running("a", "b");
        agent.runGroup(false, task("other", POD));
        end("a", TaskState.TASK_FAILED);
        assertThat(kills("b")).containsExactly(3_000L);
        assertThat(kills("other")).isEmpty();
        end("b", TaskState.TASK_KILLED);
        assertThat(agent.heard()).containsExactly("other TASK_STARTING", "a TASK_FAILED", "b TASK_KILLED");
    }

    @Test
    void groupDiesWithATaskThatIsKilled() throws Exception {
        running("a", "b");
        agent.kill("a");
        assertThat(kills("a")).containsExactly(3_000L);
        assertThat(kills("b")).isEmpty();
        end("a", TaskState.TASK_KILLED);
        assertThat(kills("b")).containsExactly(3_000L);
    }

    @Test
    void groupDiesWithATaskThatFailsItsHealthCheck() throws Exception {
        HealthCheck.Builder check = HealthCheck.newBuilder()
                .setType(HealthCheck.Type.COMMAND)
                .setCommand(CommandInfo.newBuilder().setValue("check"))
                .setDelaySeconds(1)
                .setGracePeriodSeconds(0)
                .setConsecutiveFailures(1);
        agent.runGroup(true, task("a", POD).toBuilder().setHealthCheck(check).build(), task("b", POD));
        agent.containerizer.container("a").run();
        agent.containerizer.container("b").run();
        agent.heard();
        agent.time.advance(1_000);
        agent.containerizer.container("a").commands().get(0).complete(new WaitStatus(1 << 8));
        assertThat(agent.last().getHealthy()).isFalse();
        assertThat(agent.heard()).containsExactly("a TASK_RUNNING");
        assertThat(kills("a")).containsExactly(3_000L);
        end("a", TaskState.TASK_KILLED);
        assertThat(agent.last().hasHealthy()).isTrue();
        assertThat(agent.last().getHealthy()).isFalse();
        assertThat(kills("b")).containsExactly(3_000L);
    }

    @Test
    void podDiesAlikeWithATaskThatTakesTheMemoryOfAll() throws Exception {
        running("a", "b");
        agent.runGroup(false, task("starting", POD), task("finishing", POD));
        agent.hold();
        agent.runGroup(false, task("launching", POD));
        agent.heard();
        agent.containerizer.container("a").end(shortOfMemory("first"));
        for (String id : List.of("b", "starting", "finishing")) {
            assertThat(kills(id)).as(id).containsExactly(0L);
        }
        agent.containerizer.container("b").end(shortOfMemory("second"));
        end("starting", TaskState.TASK_KILLED);
        end("finishing", TaskState.TASK_FINISHED);
        List<TaskStatus> told = new ArrayList<>(agent.statuses);
        assertThat(agent.heard())
                .containsExactly("a TASK_FAILED", "b TASK_FAILED", "starting TASK_FAILED", "finishing TASK_FINISHED");
        agent.release();
        told.addAll(agent.statuses);
        assertThat(agent.heard()).containsExactly("launching TASK_FAILED", "pod exited 9");
        assertThat(told)
                .filteredOn(status -> status.getState() == TaskState.TASK_FAILED)
                .hasSize(4)
                .allSatisfy(status -> {
                    assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
                    assertThat(status.getMessage()).isEqualTo("first");
                    assertThat(status.getLimitation().getResourcesList()).hasSize(1);
                });
    }

    @Test
    void groupAloneDiesWithATaskThatTakesMoreThanItsOwnMemory() throws Exception {
        running("other");
        TaskInfo alone = task("alone", POD).toBuilder()
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setLinuxInfo(LinuxInfo.newBuilder().setShareCgroups(false)))
                .build();
        agent.runGroup(false, alone, task("b", POD));
        agent.containerizer.container("alone").end(shortOfMemory("alone"));
        assertThat(kills("b")).containsExactly(3_000L);
        assertThat(kills("other")).isEmpty();
    }

    private static End shortOfMemory(String message) {
        return new End(
                TaskState.TASK_FAILED,
                Reason.REASON_CONTAINER_LIMITATION_MEMORY,
                message,
                OptionalInt.of(9),
                Resources.parse("mem:32", "*").toProto());
    }

    @Test
    void groupThatIsKilledBeforeItIsLaunchedIsKilledAsAWhole() throws Exception {
        agent.hold();
        agent.runGroup(true, task("a", POD), task("b", POD));
        agent.kill("b");
        agent.release();
        assertThat(agent.statuses).allSatisfy(status -> {
            assertThat(status.getReason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
            assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
        });
        assertThat(agent.heard()).containsExactly("a TASK_KILLED", "b TASK_KILLED", "pod exited 0");
        assertThat(agent.containerizer.launched()).isZero();
        assertNothingLeft();
    }

    @Test
    void shutdownKillsEveryTask() throws Exception {
        running("a", "b");
        agent.shutDown("pod");
        assertThat(kills("a")).containsExactly(3_000L);
        assertThat(kills("b")).containsExactly(3_000L);
        agent.runGroup(false, task("c", POD));
        assertThat(agent.heard()).containsExactly("c TASK_LOST");
        end("a", TaskState.TASK_KILLED);
        end("b", TaskState.TASK_KILLED);
        assertThat(agent.heard()).containsExactly("a TASK_KILLED", "b TASK_KILLED", "pod exited 0");
    }

    @Test
    void taskThatCannotBeLaunchedFailsWithItsGroup() throws Exception {
        agent.containerizer.breakDown();
        agent.runGroup(true, task("a", POD));
        agent.acknowledge(agent.statuses.get(0));
        assertThat(agent.last().getMessage()).isEqualTo("Failed to launch container: broken");
        assertThat(agent.last().hasReason()).isFalse();
        assertThat(agent.heard()).containsExactly("a TASK_STARTING", "pod exited 0", "a TASK_FAILED");
    }

    @Test
    void podIsFoundAgainWithItsGroups() throws Exception {
        running("a", "b");
        agent.runGroup(false, task("other", POD));
        agent.containerizer.container("other").run();
        agent.heard();
        agent.heard();
        String container = agent.containerizer.container("a").spec().containerId();
        agent.restart();
        assertThat(agent.containerizer.container("a").spec().containerId()).isEqualTo(container);
        end("a", TaskState.TASK_FAILED);
        assertThat(kills("b")).containsExactly(3_000L);
        assertThat(kills("other")).isEmpty();
        assertThat(agent.heard()).containsExactly("a TASK_FAILED");
    }

    @Test
    void taskThatIsGoneAfterARestartFailsInTheExecutorsWords() throws Exception {
        running("a", "b");
        agent.containerizer.lose("a");
        agent.restart();
        assertThat(agent.statuses.get(0).getMessage())
                .isEqualTo("Unable to retrieve command's termination information");
        assertThat(kills("b")).containsExactly(3_000L);
    }

    @Test
    void nobodyIsToldOfAPodWhoseFrameworkIsGone() throws Exception {
        running("a", "b");
        agent.executors.shutdownFramework(FRAMEWORK);
        assertThat(kills("a")).containsExactly(5_000L);
        end("a", TaskState.TASK_KILLED);
        end("b", TaskState.TASK_KILLED);
        assertThat(agent.heard()).containsExactly("pod exited 0");
        assertNothingLeft();
    }

    private void running(String... ids) throws Exception {
        agent.runGroup(true, List.of(ids).stream().map(id -> task(id, POD)).toArray(TaskInfo[]::new));
        agent.heard();
        for (String id : ids) {
            agent.containerizer.container(id).run();
        }
        agent.heard();
    }

    private List<Long> kills(String taskId) {
        return agent.containerizer.container(taskId).kills();
    }

    private void end(String taskId, TaskState state) {
        agent.containerizer.container(taskId).end(state, "Command ended");
    }

    private static String id(TaskStatus status) {
        return status.getTaskId().getValue();
    }

    private void assertNothingLeft() {
        assertThat(agent.executors.find(FRAMEWORK, "pod")).isEmpty();
        assertThat(agent.paths.metaAgents().resolve(AGENT)).isEmptyDirectory();
        assertThat(agent.paths.runtimeDir().resolve("containers")).isEmptyDirectory();
    }
}
