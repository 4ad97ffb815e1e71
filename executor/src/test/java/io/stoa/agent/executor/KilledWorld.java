package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.AGENT;
import static io.stoa.agent.executor.ExecutorFixture.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.IdleContainerizer;
import io.stoa.agent.recovery.FaultPoints;
import io.stoa.agent.recovery.FaultyFiles;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.resources.Resources;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** What outlives an agent that is killed: the host with its processes, and the master with the framework behind it. */
abstract class KilledWorld {

    /** By the name of what they run. */
    final Map<String, HostProcess> processes = new LinkedHashMap<>();

    private final Path home;
    private final Deque<TaskStatus> toAcknowledge = new ArrayDeque<>();
    private final List<TaskStatus> heard = new ArrayList<>();

    KilledWorld(Path home) {
        this.home = home;
    }

    /** A process, which lives and dies without the agent. */
    static final class HostProcess {

        private final ContainerSpec spec;
        private ContainerListener listener;
        private boolean told;
        private @Nullable End end;

        private HostProcess(ContainerSpec spec, ContainerListener listener) {
            this.spec = spec;
            this.listener = listener;
        }

        boolean lives() {
            return end == null;
        }

        /** In which it ended. */
        TaskState state() {
            return end == null ? TaskState.TASK_RUNNING : end.state();
        }

        void end(TaskState state) {
            if (end == null) {
                end = new End(state, null, "Command ended");
            }
        }

        private boolean tellEnd() {
            if (end == null || told) {
                return false;
            }
            told = true;
            listener.ended(end);
            return true;
        }
    }

    /** The master wants its tasks to run. */
    abstract void launch(LiveExecutors executors) throws IOException;

    /** An agent's life begins. */
    void begin() {}

    /**
     * One thing that happens by itself.
     *
     * @return false where nothing does
     */
    abstract boolean goOn(LiveExecutors executors, FaultPoints faults) throws IOException;

    /** @param when for people */
    abstract void assertTruth(String when);

    boolean hasHeard(String taskId, TaskState state) {
        return told(taskId).contains(state);
    }

    /** The states of a task as the framework heard them. */
    List<TaskState> told(String taskId) {
        return heard.stream()
                .filter(status -> status.getTaskId().getValue().equals(taskId))
                .map(TaskStatus::getState)
                .toList();
    }

    Path meta() {
        return home.resolve("work/meta");
    }

    /** One life of the agent, from its start until nothing happens any more. */
    LiveExecutors live(FaultPoints faults) throws IOException {
        // What was on its way when the agent was killed was never acknowledged.
        toAcknowledge.clear();
        begin();
        LiveExecutors executors = agent(faults);
        executors.recover(AGENT, RecoveryErrors.strict());
        assertNothingForgotten(executors);
        executors.awaitExecutors();
        if (executors.report().isEmpty() && heard.isEmpty()) {
            launch(executors);
        }
        executors.registered();
        while (acknowledge(executors) || tellEnds() || goOn(executors, faults)) {
            // One thing after the other.
        }
        return executors;
    }

    /** What the master thinks of a task that has not ended, the agent must know. */
    private void assertNothingForgotten(LiveExecutors executors) {
        List<String> running = heard.stream()
                .map(status -> status.getTaskId().getValue())
                .distinct()
                .filter(taskId -> told(taskId).stream().noneMatch(TaskStates::isTerminal))
                .toList();
        assertThat(executors.report().stream().map(AgentTask::getTaskId))
                .as("known after %s", heard)
                .containsAll(running);
    }

    private boolean tellEnds() {
        return processes.values().stream().anyMatch(HostProcess::tellEnd);
    }

    private boolean acknowledge(LiveExecutors executors) {
        TaskStatus status = toAcknowledge.poll();
        if (status == null) {
            return false;
        }
        executors.acknowledge(StatusAcknowledgement.newBuilder()
                .setFrameworkId(FRAMEWORK)
                .setTaskId(status.getTaskId().getValue())
                .setUuid(status.getUuid())
                .build());
        return true;
    }

    private LiveExecutors agent(FaultPoints faults) throws IOException {
        Path faulty = FaultyFiles.of(home, faults);
        AgentPaths paths = new AgentPaths(faulty.resolve("work"), faulty.resolve("run"));
        RecoveryErrors errors = RecoveryErrors.strict();
        return new LiveExecutors(
                new TaskHost(
                        paths,
                        new Containers(List.of(new Host(faults))),
                        "127.0.0.1:5051",
                        false,
                        ExecutorPolicy.STANDARD,
                        Runnable::run,
                        Volumes.load(paths, Resources.parse("cpus:4"), errors, Runnable::run, Runnable::run)),
                message -> send(message, faults),
                new ManualTime(1_000_000_000_000L),
                Runnable::run,
                run -> {});
    }

    private boolean send(AgentMessage message, FaultPoints faults) {
        try {
            return faults.pass(() -> {
                if (message.hasStatusUpdate()) {
                    hear(TaskStatus.parseFrom(message.getStatusUpdate().getStatus()));
                }
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An update that comes again is acknowledged again, and nothing new. */
    private void hear(TaskStatus status) {
        toAcknowledge.add(status);
        if (heard.stream().noneMatch(known -> known.getUuid().equals(status.getUuid()))) {
            heard.add(status);
        }
    }

    /** What one life of the agent has of the host. */
    private final class Host extends IdleContainerizer {

        private final FaultPoints faults;

        Host(FaultPoints faults) {
            this.faults = faults;
        }

        @Override
        public Container launch(ContainerSpec spec, ContainerListener listener) {
            HostProcess process = new HostProcess(spec, listener);
            try {
                faults.pass(
                        () -> {
                            assertThat(Files.isDirectory(spec.sandbox())).isTrue();
                            assertThat(processes.put(spec.workload().name(), process))
                                    .as("started twice")
                                    .isNull();
                            return true;
                        },
                        () -> false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            listener.starting(status(spec));
            listener.running(status(spec));
            return graceMs -> process.end(TaskState.TASK_KILLED);
        }

        /** Like a real one: what is known of a process is in its runtime directory. */
        @Override
        public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
            HostProcess process = processes.get(spec.workload().name());
            if (process == null || !process.spec.id().equals(spec.id()) || !Files.isDirectory(spec.runtimeDir())) {
                return Optional.empty();
            }
            process.listener = listener;
            process.told = false;
            listener.running(status(spec));
            return Optional.of(graceMs -> process.end(TaskState.TASK_KILLED));
        }

        private ContainerStatus status(ContainerSpec spec) {
            return ContainerStatus.newBuilder()
                    .setContainerId(spec.id().toProto())
                    .build();
        }
    }
}
