package io.stoa.agent.volume;

import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.TreeRemoval;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo.Source;

/**
 * A persistent volume as a place on the disk, where Mesos has it. It stays the same one when it grows or shrinks.
 *
 * @param path an absolute path
 * @param persistenceId by which the volumes that a mounted disk held one after the other differ
 * @param isMount true where the path is a mounted disk, which is not the agent's to make or remove
 */
record HostVolume(Path path, String persistenceId, boolean isMount) {

    /** @throws IllegalArgumentException where its names would lead elsewhere */
    static HostVolume of(AgentPaths paths, Resource volume) {
        String id = volume.getDisk().getPersistence().getId();
        Source source = volume.getDisk().getSource();
        if (volume.getDisk().hasSource() && source.getType() == Source.Type.MOUNT) {
            return new HostVolume(paths.disk(source.getMount().getRoot()), id, true);
        }
        Path disk = volume.getDisk().hasSource() ? paths.disk(source.getPath().getRoot()) : paths.workDir();
        return new HostVolume(AgentPaths.volume(disk, role(volume), id), id, false);
    }

    /** Of the persistent volumes among some resources; the others are left out. */
    static Set<HostVolume> of(AgentPaths paths, Collection<Resource> resources) {
        Set<HostVolume> volumes = new LinkedHashSet<>();
        for (Resource resource : resources) {
            if (resource.getDisk().hasPersistence()) {
                volumes.add(of(paths, resource));
            }
        }
        return volumes;
    }

    private static String role(Resource volume) {
        List<Resource.ReservationInfo> stack = Resources.refined(volume).getReservationsList();
        return stack.isEmpty() ? Roles.UNRESERVED : stack.get(stack.size() - 1).getRole();
    }

    /** What is there already stays. */
    void create() throws IOException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new IOException(
                    "Failed to create the persistent volume " + persistenceId + " at '" + path + "': " + e, e);
        }
    }

    /** Removes everything in it, and itself unless it is a mounted disk or was led elsewhere by a link. */
    void destroy() throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        boolean stays = isMount || Files.isSymbolicLink(path);
        String wrong = stays ? TreeRemoval.empty(path.toRealPath()) : TreeRemoval.remove(List.of(path.toRealPath()));
        if (!wrong.isEmpty()) {
            throw new IOException(
                    "Failed to remove persistent volume '" + persistenceId + "' at '" + path + "': " + wrong);
        }
    }
}
