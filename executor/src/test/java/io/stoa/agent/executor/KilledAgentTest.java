package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT;
import static io.stoa.agent.executor.ExecutorFixture.FRAMEWORK;
import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.framework;
import static io.stoa.agent.executor.ExecutorFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.executor.KilledWorld.HostProcess;
import io.stoa.agent.recovery.FaultPoints;
import io.stoa.agent.recovery.FaultPoints.Cut;
import io.stoa.agent.task.TaskView;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.RunTaskGroup;
import io.stoa.proto.agent.ShutdownExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills an agent at every step of the life of a command task, of a pod, and of a custom executor: before, in the middle
 * of and after everything that it does to the disk, to the host, to the executor and to the master (of the latter two
 * not before, which is after the step before). The next life, and whoever asks it, has to find the truth.
 */
class KilledAgentTest {

    /** Far more than there are. */
    private static final int STEPS_MAX = 1_000;

    private static final ExecutorInfo POD = executor("pod", ExecutorInfo.Type.DEFAULT);
    private static final ExecutorInfo CUSTOM = executor("custom", ExecutorInfo.Type.CUSTOM);

    @TempDir
    Path directory;

    /** One process that is a task of its own. */
    private static final class Command extends KilledWorld {

        private final TaskState wanted;

        Command(Path home, TaskState wanted) {
            super(home);
            this.wanted = wanted;
        }

        @Override
        void launch(LiveExecutors executors) throws IOException {
            TaskInfo task = task("t", CUSTOM).toBuilder()
                    .clearExecutor()
                    .setCommand(CommandInfo.newBuilder().setValue("true"))
                    .build();
            new TaskLaunches(executors)
                    .run(
                            AGENT,
                            RunTask.newBuilder()
                                    .setFrameworkId(FRAMEWORK)
                                    .setFrameworkInfo(framework().build().toByteString())
                                    .setTaskInfo(task.toByteString())
                                    .build());
        }

        @Override
        boolean goOn(LiveExecutors executors, FaultPoints faults) throws IOException {
            HostProcess process = processes.get("t");
            if (process == null || !process.lives() || !hasHeard("t", TaskState.TASK_RUNNING)) {
                return false;
            }
            if (wanted == TaskState.TASK_KILLED) {
                executors.kill(KillTask.newBuilder()
                        .setFrameworkId(FRAMEWORK)
                        .setTaskId("t")
                        .build());
            } else {
                process.end(wanted);
            }
            return true;
        }

        @Override
        void assertTruth(String when) {
            if (processes.isEmpty()) {
                assertThat(told("t")).as(when).containsExactly(TaskState.TASK_FAILED);
            } else {
                assertThat(told("t")).as(when).containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, wanted);
            }
        }
    }

    /** Two tasks that live and die together; one ends as it is wanted to when both run. */
    private static final class Pod extends KilledWorld {

        private final TaskState wanted;

        Pod(Path home, TaskState wanted) {
            super(home);
            this.wanted = wanted;
        }

        @Override
        void launch(LiveExecutors executors) throws IOException {
            RunTaskGroup.Builder group = RunTaskGroup.newBuilder()
                    .setFrameworkId(FRAMEWORK)
                    .setFrameworkInfo(framework().build().toByteString())
                    .setLaunchesExecutor(true);
            for (String id : List.of("a", "b")) {
                group.addTaskInfos(task(id, POD).toByteString());
            }
            new TaskLaunches(executors).run(AGENT, group.build());
        }

        @Override
        boolean goOn(LiveExecutors executors, FaultPoints faults) {
            HostProcess first = processes.get("a");
            if (first != null && first.lives() && hasHeard("a", TaskState.TASK_RUNNING)) {
                first.end(wanted);
                return true;
            }
            HostProcess second = processes.get("b");
            if (second != null
                    && second.lives()
                    && wanted == TaskState.TASK_FINISHED
                    && hasHeard("b", TaskState.TASK_RUNNING)) {
                second.end(wanted);
                return true;
            }
            return false;
        }

        /** What was never started was never reported, or failed; what was, was reported as it ended. */
        @Override
        void assertTruth(String when) {
            for (String id : List.of("a", "b")) {
                List<TaskState> told = told(id);
                HostProcess process = processes.get(id);
                if (process == null) {
                    assertThat(told.stream().skip(Math.max(0, told.size() - 1)))
                            .as(when)
                            .allMatch(state -> state == TaskState.TASK_FAILED);
                } else {
                    assertThat(process.lives()).as(when).isFalse();
                    assertThat(told)
                            .as(when)
                            .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, process.state());
                }
            }
        }
    }

    /** A task of a program that lives without the agent. */
    private static final class Custom extends KilledWorld {

        private final TaskState wanted;
        private final FakeProgram program = new FakeProgram();

        Custom(Path home, TaskState wanted) {
            super(home);
            this.wanted = wanted;
        }

        @Override
        void launch(LiveExecutors executors) throws IOException {
            new TaskLaunches(executors)
                    .run(
                            AGENT,
                            RunTask.newBuilder()
                                    .setFrameworkId(FRAMEWORK)
                                    .setFrameworkInfo(framework().build().toByteString())
                                    .setTaskInfo(task("t", CUSTOM).toByteString())
                                    .setLaunchesExecutor(true)
                                    .build());
        }

        @Override
        void begin() {
            program.disconnected();
        }

        @Override
        boolean goOn(LiveExecutors executors, FaultPoints faults) throws IOException {
            HostProcess process = processes.get("custom");
            if (process == null || !process.lives()) {
                return false;
            }
            CustomExecutor executor = (CustomExecutor) executors
                    .find(FRAMEWORK, "custom")
                    .filter(found -> !found.isOver())
                    .orElseThrow();
            if (program.goOn(executor, faults)) {
                return true;
            }
            if (program.isShutDown()) {
                process.end(TaskState.TASK_FINISHED);
                return true;
            }
            if (!hasHeard("t", TaskState.TASK_RUNNING)) {
                return false;
            }
            if (!told("t").contains(wanted)) {
                if (wanted == TaskState.TASK_KILLED) {
                    executors.kill(KillTask.newBuilder()
                            .setFrameworkId(FRAMEWORK)
                            .setTaskId("t")
                            .build());
                } else {
                    program.finish("t");
                }
                return true;
            }
            executors.shutdownExecutor(ShutdownExecutor.newBuilder()
                    .setFrameworkId(FRAMEWORK)
                    .setExecutorId("custom")
                    .build());
            return true;
        }

        @Override
        void assertTruth(String when) {
            assertThat(processes.values()).as(when).noneMatch(HostProcess::lives);
            if (program.hasStarted("t")) {
                assertThat(told("t")).as(when).containsExactly(TaskState.TASK_RUNNING, wanted);
            } else {
                assertThat(told("t"))
                        .as(when)
                        .hasSize(1)
                        .allMatch(state -> state == TaskState.TASK_LOST || state == TaskState.TASK_FAILED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void aCommandTaskComesOut(Cut cut) throws Exception {
        killEverywhere(cut, 20, home -> new Command(home, TaskState.TASK_FINISHED));
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void aKillOfACommandTaskIsNotLostWithTheAgentThatWasToldOfIt(Cut cut) throws Exception {
        killEverywhere(cut, 20, home -> new Command(home, TaskState.TASK_KILLED));
    }

    @ParameterizedTest
    @EnumSource(names = {"HALFWAY", "AFTER"})
    void tasksOfAPodComeOut(Cut cut) throws Exception {
        killEverywhere(cut, 30, home -> new Pod(home, TaskState.TASK_FINISHED));
    }

    @ParameterizedTest
    @EnumSource(names = {"HALFWAY", "AFTER"})
    void aPodsGroupDiesWithItsTaskInWhateverLife(Cut cut) throws Exception {
        killEverywhere(cut, 30, home -> new Pod(home, TaskState.TASK_FAILED));
    }

    @ParameterizedTest
    @EnumSource(names = {"HALFWAY", "AFTER"})
    void tasksOfACustomExecutorComeOut(Cut cut) throws Exception {
        killEverywhere(cut, 30, home -> new Custom(home, TaskState.TASK_FINISHED));
    }

    @ParameterizedTest
    @EnumSource(names = {"HALFWAY", "AFTER"})
    void aKillReachesACustomExecutorInWhateverLife(Cut cut) throws Exception {
        killEverywhere(cut, 30, home -> new Custom(home, TaskState.TASK_KILLED));
    }

    /** @param stepsMin there are more */
    private void killEverywhere(Cut cut, int stepsMin, Function<Path, KilledWorld> worlds) throws IOException {
        int steps = 0;
        while (killAt(steps, cut, worlds)) {
            steps++;
            assertThat(steps).isLessThan(STEPS_MAX);
        }
        assertThat(steps).isGreaterThan(stepsMin);
    }

    /** @return false where the agent did not do as much as that */
    private boolean killAt(int step, Cut cut, Function<Path, KilledWorld> worlds) throws IOException {
        KilledWorld world = worlds.apply(Files.createDirectory(directory.resolve(cut + "-" + step)));
        FaultPoints faults = new FaultPoints(step, cut);
        try {
            world.live(faults);
        } catch (FaultPoints.Killed e) {
            assertThat(faults.isDead()).isTrue();
        }
        String when = "killed " + cut + " step " + step;
        LiveExecutors last = world.live(new FaultPoints(-1, cut));
        world.assertTruth(when);
        assertThat(last.report()).as(when).isEmpty();
        assertThat(last.reportExecutors()).as(when).isEmpty();
        assertThat(last.views()).as(when).allMatch(ExecutorView::isCompleted);
        assertThat(last.view()).as(when).allMatch(TaskView::isCompleted);
        try (Stream<Path> left = Files.walk(world.meta())) {
            assertThat(left.filter(Files::isRegularFile)).as(when).isEmpty();
        }
        return faults.isDead();
    }
}
