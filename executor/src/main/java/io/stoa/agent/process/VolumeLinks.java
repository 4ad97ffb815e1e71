package io.stoa.agent.process;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.sandbox.SharedSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Persistent volumes as Mesos' POSIX isolator shows them to a task: as links in its sandbox. */
final class VolumeLinks {

    private static final Logger LOG = LoggerFactory.getLogger(VolumeLinks.class);

    private VolumeLinks() {}

    /** @throws IOException in Mesos' words where something is there already, or a volume is not there */
    static void make(ContainerSpec spec) throws IOException {
        Optional<SharedSandbox> around = spec.volumes().isEmpty() ? Optional.empty() : spec.around();
        if (around.isEmpty()) {
            make(spec, spec.sandbox());
            return;
        }
        Path out = around.get().takeOut(spec.sandbox());
        try {
            requireOwner(spec, out);
            make(spec, out);
        } finally {
            around.get().putBack(out, spec.sandbox());
        }
    }

    /** A task may have put a directory of its own in the sandbox's place, to be given the volumes of another. */
    private static void requireOwner(ContainerSpec spec, Path sandbox) throws IOException {
        if (spec.user().isPresent()
                && !Files.getOwner(sandbox)
                        .equals(sandbox.getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(spec.user().get()))) {
            throw new IOException(
                    "The sandbox does not belong to user '" + spec.user().get() + "'");
        }
    }

    /** @param sandbox where it is now */
    private static void make(ContainerSpec spec, Path sandbox) throws IOException {
        for (TaskVolume volume : spec.volumes()) {
            // Root may do everything, whomever the volume belongs to.
            if (TaskVolume.uid(sandbox) != 0) {
                volume.giveToOwnerOf(sandbox);
            }
            make(volume, spec, sandbox);
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

    private static void make(TaskVolume volume, ContainerSpec spec, Path sandbox) throws IOException {
        Path link = sandbox.resolve(volume.containerPath());
        Path shown = spec.sandbox().resolve(volume.containerPath());
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Path there = link.toRealPath();
            Path wanted = volume.source().toRealPath();
            if (!there.equals(wanted)) {
                // The two are the other way round in Mesos, too.
                throw new IOException("The existing symlink '" + shown + "' points to '" + wanted
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
            Files.createSymbolicLink(link, volume.source());
        } catch (IOException e) {
            throw new IOException(
                    "Failed to symlink persistent volume from '" + volume.source() + "' to '" + shown + "'", e);
        }
    }
}
