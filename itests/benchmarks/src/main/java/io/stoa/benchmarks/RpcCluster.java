package io.stoa.benchmarks;

import io.stoa.state.model.AgentId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A master in a process of its own, with simulated agents that say nothing of their tasks, and native schedulers. */
final class RpcCluster implements AutoCloseable {

    /** The schedulers' tasks do not end, so that there are some 100,000 more of them with each load. */
    private static final String HEAP = "4g";

    private final Path directory;
    private final MasterProcess master;
    private final SimulatedAgents agents;
    private final List<NativeScheduler> schedulers = new ArrayList<>();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    RpcCluster(int agentCount) throws Exception {
        directory = Directories.create();
        master = MasterProcess.start(directory, HEAP);
        try {
            agents = SimulatedAgents.registerSilent(master.port(), agentCount, Workload.TOTAL_TEXT, this::failed);
        } catch (IllegalStateException | InterruptedException e) {
            master.close();
            Directories.delete(directory);
            throw e;
        }
    }

    MasterProcess master() {
        return master;
    }

    SimulatedAgents agents() {
        return agents;
    }

    ClusterReader reader() {
        return new ClusterReader(master.port());
    }

    /** Schedulers of its own, and all agents that are there now. */
    ClaimLoad load(int schedulerCount) throws Exception {
        List<NativeScheduler> own = new ArrayList<>();
        for (int i = 0; i < schedulerCount; i++) {
            own.add(new NativeScheduler(master.port(), "scheduler-" + schedulers.size(), this::failed));
            schedulers.add(own.get(i));
        }
        try (ClusterReader reader = reader()) {
            List<AgentId> present = reader.agents();
            return new ClaimLoad(own, present, this::failed);
        }
    }

    void failed(String what) {
        failure.compareAndSet(null, what);
    }

    /** @throws IllegalStateException where something went wrong that must not */
    void check() {
        String what = failure.get();
        if (what != null) {
            throw new IllegalStateException(what);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        schedulers.forEach(NativeScheduler::disconnect);
        agents.close();
        master.close();
        Directories.delete(directory);
    }
}
