package io.stoa.agent.executor;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.IdleContainerizer;
import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskState;

/** Runs nothing; what becomes of its containers is up to the test. It outlives agents, like a host. */
final class FakeContainerizer extends IdleContainerizer {

    private final Map<String, FakeContainer> containers = new HashMap<>();
    private final List<ContainerSpec> enclosed = new ArrayList<>();
    private boolean broken;

    /** Every launch fails as nobody has thought of. */
    void breakDown() {
        broken = true;
    }

    @Override
    public boolean accepts(ContainerSpec spec) {
        return spec.workload().container().map(ContainerInfo::hasLinuxInfo).orElse(true);
    }

    @Override
    public void enclose(ContainerSpec spec) {
        enclosed.add(spec);
    }

    @Override
    public void release(ContainerId id) {
        enclosed.removeIf(spec -> spec.id().equals(id));
    }

    /** What containers without a process are to have, as it was told and not taken back. */
    List<ContainerSpec> enclosed() {
        return enclosed;
    }

    @Override
    public Container launch(ContainerSpec spec, ContainerListener listener) {
        if (broken) {
            throw new IllegalStateException("broken");
        }
        FakeContainer container = new FakeContainer(spec, listener);
        FakeContainer before = containers.put(spec.workload().name(), container);
        if (before != null && !before.ended) {
            throw new IllegalStateException("launched twice: " + spec.workload().name());
        }
        return container;
    }

    @Override
    public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
        FakeContainer container = containers.get(spec.workload().name());
        if (container == null || !container.spec.containerId().equals(spec.containerId())) {
            return Optional.empty();
        }
        container.listener = listener;
        listener.running(container.status());
        return Optional.of(container);
    }

    int launched() {
        return containers.size();
    }

    FakeContainer container(String taskId) {
        FakeContainer container = containers.get(taskId);
        if (container == null) {
            throw new IllegalStateException("never launched: " + taskId);
        }
        return container;
    }

    /** The host restarted: nothing is there any more. */
    void lose(String taskId) {
        containers.remove(taskId);
    }

    static final class FakeContainer implements Container {

        private final ContainerSpec spec;
        private final List<Long> kills = new ArrayList<>();
        private final List<ContainerSpec> updates = new ArrayList<>();
        private final List<CompletableFuture<WaitStatus>> commands = new ArrayList<>();
        private ContainerListener listener;
        private boolean ended;
        private boolean updateFails;

        private FakeContainer(ContainerSpec spec, ContainerListener listener) {
            this.spec = spec;
            this.listener = listener;
        }

        ContainerSpec spec() {
            return spec;
        }

        List<Long> kills() {
            return kills;
        }

        void failUpdates() {
            updateFails = true;
        }

        /** What it was told that it is to have, since it was launched. */
        List<ContainerSpec> updates() {
            return updates;
        }

        FakeContainer start() {
            listener.starting(status());
            return this;
        }

        FakeContainer run() {
            start();
            listener.running(status());
            return this;
        }

        private ContainerStatus status() {
            return ContainerStatus.newBuilder()
                    .setContainerId(spec.id().toProto())
                    .setExecutorPid(4711)
                    .build();
        }

        void end(TaskState state, String message) {
            end(new End(state, null, message));
        }

        void end(End end) {
            ended = true;
            listener.ended(end);
        }

        @Override
        public void update(ContainerSpec changed) throws IOException {
            if (updateFails) {
                throw new IOException("no such group");
            }
            updates.add(changed);
        }

        @Override
        public void kill(long gracePeriodMs) {
            kills.add(gracePeriodMs);
        }

        @Override
        public CompletableFuture<WaitStatus> execute(CommandInfo command, Runnable begun) {
            begun.run();
            CompletableFuture<WaitStatus> ended = new CompletableFuture<>();
            commands.add(ended);
            return ended;
        }

        /** The commands that were begun in it beside what it runs. */
        List<CompletableFuture<WaitStatus>> commands() {
            return commands;
        }
    }
}
