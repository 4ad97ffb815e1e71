package io.stoa.agent.volume;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Volume;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this agent has, and its persistent volumes. The master says what there is; the disk follows: first the data of
 * destroyed volumes goes, then the directories of new ones come, then the change is written down. An agent that ends in
 * between does all of it again. Only volumes that were written down are ever removed.
 */
public final class Volumes {

    private static final Logger LOG = LoggerFactory.getLogger(Volumes.class);

    private final AgentPaths paths;
    private final TotalFile file;
    private final Resources said;
    private final Executor disk;
    private final Executor thread;
    private Resources total;
    /** The disk has followed everything that was told so far. */
    private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);

    private Volumes(AgentPaths paths, Resources said, Resources total, Executor disk, Executor thread) {
        this.paths = paths;
        this.file = new TotalFile(paths.totalFile());
        this.said = said;
        this.total = total;
        this.disk = disk;
        this.thread = thread;
    }

    /**
     * Finds what an earlier life of the agent wrote down.
     *
     * @param said what this host has where nothing was reserved on it
     * @param errors is told of what is damaged; where the agent goes on, it is as if nothing was reserved
     * @param disk where the disk is worked on, which may take long
     * @param thread the agent's own; is thrown what the disk does not do, which ends the agent
     * @throws IOException where it cannot be read
     * @throws IllegalStateException where it does not go with what the host has, for people
     */
    public static Volumes load(AgentPaths paths, Resources said, RecoveryErrors errors, Executor disk, Executor thread)
            throws IOException {
        return new Volumes(paths, said, new TotalFile(paths.totalFile()).load(said, errors), disk, thread);
    }

    /** What this agent has, as it was told last. */
    public Resources total() {
        return total;
    }

    /** The same for a master that does not know this agent; empty where nothing was reserved on it. */
    public Optional<AgentTotal> report() {
        return total.equals(said) ? Optional.empty() : Optional.of(TotalFile.message(total));
    }

    /**
     * The master says what this agent has.
     *
     * @param destroyed volumes that are to go, even where the total has others of the same name
     * @param unused gives what completes when no task that is there now uses one of these paths
     * @throws IllegalArgumentException where the master sent what cannot be
     */
    public void become(
            AgentTotal message, List<ByteString> destroyed, Function<Set<Path>, CompletableFuture<Void>> unused)
            throws InvalidProtocolBufferException {
        Resources told = TotalFile.parse(message);
        Set<HostVolume> had = HostVolume.of(paths, total.toProto());
        Set<HostVolume> stay = HostVolume.of(paths, told.toProto());
        stay.removeAll(HostVolume.of(paths, TotalFile.parse(destroyed)));
        Set<HostVolume> gone =
                had.stream().filter(volume -> !stay.contains(volume)).collect(Collectors.toSet());
        if (gone.isEmpty() && told.equals(total)) {
            return;
        }
        LOG.info("Resources changed from={} to={}", total, told);
        Set<HostVolume> created = HostVolume.of(paths, told.toProto());
        created.removeIf(volume -> had.contains(volume) && !gone.contains(volume));
        total = told;
        Set<Path> freed = gone.stream().map(HostVolume::path).collect(Collectors.toSet());
        settled = CompletableFuture.allOf(settled, unused.apply(freed))
                .thenRunAsync(() -> follow(gone, created, told), disk);
        settled.exceptionally(failure -> {
            thread.execute(() -> {
                throw failure instanceof CompletionException wrapped
                                && wrapped.getCause() instanceof UncheckedIOException cause
                        ? cause
                        : new IllegalStateException(failure);
            });
            return null;
        });
    }

    private void follow(Set<HostVolume> gone, Set<HostVolume> created, Resources told) {
        try {
            for (HostVolume volume : gone) {
                LOG.info("Persistent volume removed id={} path={}", volume.persistenceId(), volume.path());
                volume.destroy();
            }
            for (HostVolume volume : created) {
                volume.create();
            }
            file.save(said, told);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Completes when the disk has followed what the master has said so far. */
    public CompletableFuture<Void> settled() {
        return settled;
    }

    /** True where every volume that a task or its executor uses is there. */
    public boolean holds(TaskInfo task) {
        return total.contains(Resources.of(withExecutor(task)
                .filter(resource -> resource.getDisk().hasPersistence())
                .toList()));
    }

    /** Where the volumes are that a task or its executor uses. */
    public Set<Path> paths(TaskInfo task) {
        return HostVolume.of(paths, withExecutor(task).toList()).stream()
                .map(HostVolume::path)
                .collect(Collectors.toSet());
    }

    private static Stream<Resource> withExecutor(TaskInfo task) {
        return Stream.concat(task.getResourcesList().stream(), task.getExecutor().getResourcesList().stream());
    }

    /**
     * The volumes among some resources as a containerizer sees them.
     *
     * @param inUse those that other tasks use
     */
    public List<TaskVolume> of(Collection<Resource> resources, Collection<Path> inUse) {
        List<TaskVolume> volumes = new ArrayList<>();
        for (Resource resource : resources) {
            if (!resource.getDisk().hasPersistence()) {
                continue;
            }
            Path path = HostVolume.of(paths, resource).path();
            Volume use = resource.getDisk().getVolume();
            if (use.getContainerPath().contains("/")) {
                LOG.warn(
                        "Volume skipped id={}: the container path '{}' contains slash",
                        resource.getDisk().getPersistence().getId(),
                        use.getContainerPath());
                continue;
            }
            volumes.add(new TaskVolume(
                    path, use.getContainerPath(), use.getMode() == Volume.Mode.RO, inUse.contains(path)));
        }
        return volumes;
    }
}
