package io.stoa.agent.process;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.sandbox.SharedSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Persistent volumes as Mesos' POSIX isolator shows them to a task: as links in its sandbox. */
final class VolumeLinks {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeLinks.class);

    private VolumeLinks() {}

    /** @throws IOException in Mesos' words where something is there already, or a volume is not there */
    static void make(ContainerSpec spec) throws IOException {
        if (!spec.volumes().isEmpty()) {
            give(spec);
            for (TaskVolume volume : spec.volumes()) {
                make(volume, spec);
            }
        }
    }

    /** In a sandbox around it, a task may have put anything in its place: what belongs to its user is made anew. */
    private static void give(ContainerSpec spec) throws IOException {
        if (spec.around().isEmpty()) {
            give(spec.volumes(), spec.sandbox());
            return;
        }
        Path likeIt = spec.around().get().stage(spec.user());
        try {
            give(spec.volumes(), likeIt);
        } finally {
            Files.delete(likeIt);
        }
    }

    private static void give(List<TaskVolume> volumes, Path sandbox) throws IOException {
        // Root may do everything, whomever the volume belongs to.
        if (TaskVolume.uid(sandbox) != 0) {
            for (TaskVolume volume : volumes) {
                volume.giveToOwnerOf(sandbox);
            }
        }
    }

    /** @param shown those of which the links are there: what the container is not to have any more is not shown */
    static void remove(List<TaskVolume> shown, ContainerSpec changed) throws IOException {
        for (TaskVolume volume : shown) {
            Path link = changed.sandbox().resolve(volume.containerPath());
            boolean stays = changed.volumes().stream()
                    .anyMatch(other -> other.containerPath().equals(volume.containerPath())
                            && other.source().equals(volume.source()));
            if (!stays && Files.isSymbolicLink(link)) {
                Files.delete(link);
            }
        }
    }

    private static void make(TaskVolume volume, ContainerSpec spec) throws IOException {
        Path link = spec.sandbox().resolve(volume.containerPath());
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Path there = link.toRealPath();
            Path wanted = volume.source().toRealPath();
            if (!there.equals(wanted)) {
                // The two are the other way round in Mesos, too.
                throw new IOException("The existing symlink '" + link + "' points to '" + wanted
                        + "' and the new target is '" + there + "'");
            }
            return;
        }
        if (volume.readOnly()) {
            LOG.warn(
                    "Allowing read-write access to read-only volume path={} container={}",
                    volume.source(),
                    spec.containerId());
        }
        try {
            spec.around().orElseGet(() -> new SharedSandbox(spec.sandbox())).link(link, volume.source());
        } catch (IOException e) {
            throw new IOException(
                    "Failed to symlink persistent volume from '" + volume.source() + "' to '" + link + "'", e);
        }
    }
}
