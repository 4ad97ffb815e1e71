package io.stoa.agent.isolation;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Limitation;
import io.stoa.time.Time;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of processes of this agent, and what keeps them within their limits. A nested container shares the
 * limits of its parent unless it wants its own, and has a group of its own to be ended by. All calls write or read a
 * few files of the kernel.
 */
public final class Isolation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Isolation.class);

    private static final double MS_PER_SECOND = 1_000;

    private final Cgroups cgroups;
    private final Limits.Host host;
    private final Time time;
    private final @Nullable DiskWatch disk;
    private final Map<ContainerId, Isolated> containers = new ConcurrentHashMap<>();

    private Isolation(Cgroups cgroups, Limits.Host host, Time time, @Nullable DiskWatch disk) {
        this.cgroups = cgroups;
        this.host = host;
        this.time = time;
        this.disk = disk;
    }

    /**
     * @param memoryBytes what the host has
     * @throws IOException where what the configuration asks for is not to be had here, with a message for people
     */
    public static Isolation of(IsolationConfig config, long memoryBytes, Time time) throws IOException {
        Cgroups cgroups = Cgroups.find(config);
        LOG.info("Containers of processes isolation={} launcher={}", cgroups.isolation(), cgroups.launcher());
        return new Isolation(
                cgroups,
                new Limits.Host(Runtime.getRuntime().availableProcessors(), memoryBytes),
                time,
                cgroups.watchesDisk() ? new DiskWatch(config.disk()) : null);
    }

    /** Makes a container's groups with its limits, before any process of it is there. */
    public Isolated prepare(ContainerSpec spec) throws IOException {
        Isolated isolated = isolated(spec);
        boolean isNew = !isolated.areThere();
        containers.put(spec.id(), isolated);
        try {
            cgroups.create(isolated.ownGroups());
            if (isolated.controllers() != null && isolated.hasOwnLimits()) {
                cgroups.handDown(spec.id());
                isolated.controllers().apply(isolated.limits(), isNew);
            }
        } catch (IOException e) {
            destroy(spec.id());
            throw e;
        }
        return isolated;
    }

    /** Takes up a container that an earlier life of the agent prepared, under what configuration ever. */
    public void recover(ContainerSpec spec, OptionalInt pid) {
        Isolated isolated = isolated(spec).withPid(pid);
        containers.put(spec.id(), isolated.areThere() ? isolated : isolated.withoutGroups());
    }

    private Isolated isolated(ContainerSpec spec) {
        ContainerId id = spec.id();
        Limits limits = Limits.of(spec.workload().resources(), spec.workload().limits());
        ContainerId limitedBy = limitedBy(spec);
        return new Isolated(
                id,
                limits,
                limitedBy,
                cgroups.controllers(limitedBy).orElse(null),
                cgroups.own(id).orElse(null),
                OptionalInt.empty());
    }

    private ContainerId limitedBy(ContainerSpec spec) {
        if (spec.id().parent().isEmpty() || !spec.workload().sharesLimits()) {
            return spec.id();
        }
        Isolated parent = containers.get(spec.id().parent().get());
        return parent == null ? spec.id().root() : parent.limitedBy();
    }

    /** Makes the groups of a container that has no process of its own, or gives them what more it is to have. */
    public void enclose(ContainerSpec spec) throws IOException {
        if (containers.containsKey(spec.id())) {
            update(spec.id(), spec.workload().resources(), spec.workload().limits());
        } else {
            prepare(spec);
            watchDisk(spec);
        }
    }

    private void watchDisk(ContainerSpec spec) {
        if (disk != null) {
            disk.watch(spec.id(), spec.sandbox(), spec.workload().resources());
        }
    }

    /** For {@code oom_score_adj} of a container's processes; empty: as it is. */
    public OptionalLong oomScoreAdj(Isolated isolated) {
        return isolated.oomScoreAdj(host.memoryBytes());
    }

    /** @param pid of the process that all others of the container descend from */
    public void started(ContainerId id, int pid) {
        containers.computeIfPresent(id, (known, isolated) -> isolated.withPid(OptionalInt.of(pid)));
    }

    /** A container's processes are given something else: tasks come to an executor, and go. */
    public void update(ContainerId id, List<Resource> resources, Map<String, Value.Scalar> limits) throws IOException {
        Limits updated = Limits.of(resources, limits);
        Isolated isolated = containers.computeIfPresent(id, (known, before) -> before.withLimits(updated));
        if (disk != null) {
            disk.update(id, resources);
        }
        if (isolated != null && isolated.controllers() != null && isolated.hasOwnLimits()) {
            isolated.controllers().apply(updated, false);
        }
    }

    /**
     * Looks from now on at what a container takes of the disk, where the isolator for it is enabled.
     *
     * @param exceeded told, on a thread of its own, that it, or the one that it is in, takes too much; must not block
     */
    public void watchDisk(ContainerSpec spec, Consumer<Limitation> exceeded) {
        watchDisk(spec);
        if (disk != null) {
            disk.tell(spec.id(), exceeded);
        }
    }

    /**
     * That the kernel killed something of a container for want of memory, in Mesos' words.
     *
     * @param statistics the file {@code memory.stat} of then; empty: nobody knows but what it says now
     */
    public Optional<Limitation> memoryLimitation(ContainerId id, Optional<String> statistics) {
        Isolated isolated = containers.get(id);
        if (isolated == null || isolated.controllers() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(MemoryLimitation.of(isolated.controllers().memoryState(), statistics));
        } catch (IOException e) {
            LOG.warn("Cannot read how memory stands container={}: {}", id, e.toString());
            return Optional.empty();
        }
    }

    /**
     * Kills what is left of a container and of those in it, and removes their groups, also when nobody prepared them in
     * this life of the agent.
     */
    public void destroy(ContainerId id) {
        containers.remove(id);
        if (disk != null) {
            disk.forget(id);
        }
        for (Group group : cgroups.all(id)) {
            try {
                group.destroy();
            } catch (IOException e) {
                LOG.warn("Cannot remove a cgroup container={}: {}", id, e.toString());
            }
        }
    }

    /**
     * What containers use; those that are not known are left out.
     *
     * @throws IOException where the host does not tell
     */
    public Map<ContainerId, ResourceStatistics> usage(Collection<ContainerId> ids) throws IOException {
        Map<ContainerId, ResourceStatistics> usage = new HashMap<>();
        ProcessTable processes = null;
        for (ContainerId id : ids) {
            Isolated isolated = containers.get(id);
            if (isolated == null) {
                continue;
            }
            if (!isolated.hasOwnFigures() && processes == null) {
                processes = ProcessTable.read();
            }
            usage.put(id, measure(isolated, processes));
        }
        return usage;
    }

    /** Containers stay as they are; where there are none, nothing is left of this. */
    @Override
    public void close() {
        if (disk != null) {
            disk.close();
        }
        cgroups.removeRoots();
    }

    private ResourceStatistics measure(Isolated isolated, @Nullable ProcessTable processes) {
        ResourceStatistics.Builder statistics = ResourceStatistics.newBuilder();
        try {
            if (isolated.hasOwnFigures() && isolated.controllers() != null) {
                isolated.controllers().measure(statistics);
            } else if (processes != null && isolated.pid().isPresent()) {
                processes.measure(isolated.pid().getAsInt(), statistics);
            }
        } catch (IOException e) {
            // It ended meanwhile: what was read so far is all there is.
            LOG.debug("Usage is not complete container={}: {}", isolated.id(), e.toString());
        }
        if (disk != null) {
            disk.measure(isolated.id(), statistics);
        }
        isolated.limits().describe(statistics, cgroups.isCfsEnabled(), host);
        return statistics.setTimestamp(time.epochMs() / MS_PER_SECOND).build();
    }
}
