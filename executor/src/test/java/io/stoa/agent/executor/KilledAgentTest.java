package io.stoa.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Containers;
import io.stoa.agent.recovery.FaultPoints;
import io.stoa.agent.recovery.FaultPoints.Cut;
import io.stoa.agent.recovery.FaultyFiles;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.state.resources.Resources;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills an agent at every step of a command task's life: before, in the middle of and after everything that it does to
 * the disk, to the host and to the master. The next life, and whoever asks it, has to find the truth.
 */
class KilledAgentTest {

    private static final String AGENT = "a";
    private static final String FRAMEWORK = "f";
    private static final String TASK = "t";
    /** Far more than there are. */
    private static final int STEPS_MAX = 1_000;

    @TempDir
    Path directory;

    /** The task's process, which lives and dies without the agent. */
    private static final class HostProcess {

        private final ContainerSpec spec;
        private ContainerListener listener;
        private boolean heard;
        private @Nullable End end;

        private HostProcess(ContainerSpec spec, ContainerListener listener) {
            this.spec = spec;
            this.listener = listener;
        }
    }

    /** What outlives the agent: the host, and the master with the framework behind it. */
    private static final class World {

        private final Path home;
        private final Deque<TaskStatus> toAcknowledge = new ArrayDeque<>();
        private final List<TaskStatus> heard = new ArrayList<>();
        private final TaskState wanted;
        private @Nullable HostProcess process;

        World(Path home, TaskState wanted) {
            this.home = home;
            this.wanted = wanted;
        }

        /** An update that comes again is acknowledged again, and nothing new. */
        void hear(TaskStatus status) {
            toAcknowledge.add(status);
            if (heard.stream().noneMatch(known -> known.getUuid().equals(status.getUuid()))) {
                heard.add(status);
            }
        }

        boolean hasHeard(TaskState state) {
            return heard.stream().anyMatch(status -> status.getState() == state);
        }

        boolean isOver() {
            return hasHeard(TaskState.TASK_FINISHED)
                    || hasHeard(TaskState.TASK_KILLED)
                    || hasHeard(TaskState.TASK_FAILED);
        }
    }

    /** One process of the agent. */
    private static final class Life implements Containerizer {

        private final World world;
        private final FaultPoints faults;
        private final LiveExecutors executors;

        Life(World world, FaultPoints faults) throws IOException {
            this.world = world;
            this.faults = faults;
            Path home = FaultyFiles.of(world.home, faults);
            AgentPaths paths = new AgentPaths(home.resolve("work"), home.resolve("run"));
            RecoveryErrors errors = new RecoveryErrors(true);
            Volumes volumes = Volumes.load(paths, Resources.parse("cpus:4"), errors, Runnable::run, Runnable::run);
            executors = new LiveExecutors(
                    new TaskHost(
                            paths,
                            new Containers(List.of(this)),
                            "127.0.0.1:5051",
                            false,
                            ExecutorPolicy.STANDARD,
                            Runnable::run,
                            volumes),
                    this::send,
                    new ManualTime(1_000_000_000_000L),
                    Runnable::run,
                    run -> {});
        }

        /** From the agent's start until nothing happens any more. */
        void live() throws IOException {
            executors.recover(AGENT, new RecoveryErrors(true));
            List<AgentTask> report = executors.report();
            // What the master thinks of a task that has not ended, the agent must not have forgotten.
            assertThat(!report.isEmpty() || world.heard.isEmpty() || world.isOver())
                    .as("forgotten after %s", world.heard)
                    .isTrue();
            if (report.isEmpty() && world.heard.isEmpty()) {
                new TaskLaunches(executors).run(AGENT, runTask());
            }
            executors.resendUpdates();
            while (goOn()) {
                // One thing after the other.
            }
        }

        private boolean goOn() throws IOException {
            if (!world.toAcknowledge.isEmpty()) {
                TaskStatus status = world.toAcknowledge.remove();
                executors.acknowledge(StatusAcknowledgement.newBuilder()
                        .setFrameworkId(FRAMEWORK)
                        .setTaskId(TASK)
                        .setUuid(status.getUuid())
                        .build());
                return true;
            }
            HostProcess process = world.process;
            if (process == null) {
                return false;
            }
            if (process.end == null && world.hasHeard(TaskState.TASK_RUNNING)) {
                if (world.wanted == TaskState.TASK_KILLED) {
                    executors.kill(KillTask.newBuilder()
                            .setFrameworkId(FRAMEWORK)
                            .setTaskId(TASK)
                            .build());
                    return true;
                }
                process.end = new End(TaskState.TASK_FINISHED, null, "Command exited with status 0");
            }
            return tellEnd(process);
        }

        private boolean tellEnd(HostProcess process) {
            if (process.end == null || process.heard) {
                return false;
            }
            process.heard = true;
            process.listener.ended(process.end);
            return true;
        }

        private boolean send(AgentMessage message) {
            try {
                TaskStatus status =
                        TaskStatus.parseFrom(message.getStatusUpdate().getStatus());
                return faults.pass(() -> {
                    world.hear(status);
                    return true;
                });
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String name() {
            return "host";
        }

        @Override
        public boolean accepts(ContainerSpec spec) {
            return true;
        }

        @Override
        public void attachVolumes(ContainerSpec spec) {}

        @Override
        public Container launch(ContainerSpec spec, ContainerListener listener) {
            try {
                faults.pass(
                        () -> {
                            assertThat(world.process).as("started twice").isNull();
                            assertThat(Files.isDirectory(spec.sandbox())).isTrue();
                            world.process = new HostProcess(spec, listener);
                            return true;
                        },
                        () -> false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            listener.starting(status(spec));
            listener.running(status(spec));
            return container();
        }

        /** Like a real one: what is known of a process is in its runtime directory. */
        @Override
        public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
            HostProcess process = world.process;
            if (process == null || !process.spec.id().equals(spec.id()) || !Files.isDirectory(spec.runtimeDir())) {
                return Optional.empty();
            }
            process.listener = listener;
            process.heard = false;
            listener.running(status(spec));
            return Optional.of(container());
        }

        private ContainerStatus status(ContainerSpec spec) {
            return ContainerStatus.newBuilder()
                    .setContainerId(spec.id().toProto())
                    .build();
        }

        private Container container() {
            return graceMs -> {
                HostProcess process = world.process;
                if (process != null && process.end == null) {
                    process.end = new End(TaskState.TASK_KILLED, null, "Command terminated with signal Terminated");
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void wheneverAnAgentIsKilledTheTruthComesOutAtLast(Cut cut) throws Exception {
        killEverywhere(cut, TaskState.TASK_FINISHED);
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void aKillIsNotLostWithTheAgentThatWasToldOfIt(Cut cut) throws Exception {
        killEverywhere(cut, TaskState.TASK_KILLED);
    }

    private void killEverywhere(Cut cut, TaskState wanted) throws IOException {
        int steps = 0;
        while (killAt(steps, cut, wanted)) {
            steps++;
            assertThat(steps).isLessThan(STEPS_MAX);
        }
        assertThat(steps).isGreaterThan(20);
    }

    /** @return false where the agent did not do as much as that */
    private boolean killAt(int step, Cut cut, TaskState wanted) throws IOException {
        World world = new World(Files.createDirectory(directory.resolve(wanted + "-" + cut + "-" + step)), wanted);
        FaultPoints faults = new FaultPoints(step, cut);
        try {
            new Life(world, faults).live();
        } catch (FaultPoints.Killed e) {
            assertThat(faults.isDead()).isTrue();
        }
        Life last = new Life(world, new FaultPoints(-1, cut));
        // What was on its way when the agent was killed was never acknowledged.
        world.toAcknowledge.clear();
        last.live();
        assertTruth(world, last, "killed " + cut + " step " + step);
        return faults.isDead();
    }

    private static void assertTruth(World world, Life last, String when) throws IOException {
        List<TaskState> states = world.heard.stream().map(TaskStatus::getState).toList();
        HostProcess process = world.process;
        if (process == null) {
            assertThat(states).as(when).containsExactly(TaskState.TASK_FAILED);
        } else {
            assertThat(states).as(when).containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, world.wanted);
        }
        assertThat(last.executors.report()).as(when).isEmpty();
        assertThat(last.executors.view()).as(when).allMatch(task -> task.isCompleted());
        try (Stream<Path> left = Files.walk(world.home)) {
            assertThat(left.filter(file -> file.startsWith(world.home.resolve("work/meta")))
                            .filter(Files::isRegularFile))
                    .as(when)
                    .isEmpty();
        }
    }

    private static RunTask runTask() {
        return RunTask.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setFrameworkInfo(FrameworkInfo.newBuilder()
                        .setUser("")
                        .setName("tests")
                        .setCheckpoint(true)
                        .build()
                        .toByteString())
                .setTaskInfo(TaskInfo.newBuilder()
                        .setName(TASK)
                        .setTaskId(TaskID.newBuilder().setValue(TASK))
                        .setAgentId(AgentID.newBuilder().setValue(AGENT))
                        .setCommand(CommandInfo.newBuilder().setValue("true"))
                        .build()
                        .toByteString())
                .build();
    }
}
