package io.stoa.agent.fetch;

import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.sandbox.TreeRemoval;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Brings into volumes what is below their names in a sandbox. One that is in the sandbox around is a part of that. Any
 * other may be on another disk, and in other hands: there the task's user writes, not the agent, in the place of links
 * and not through them.
 *
 * @param owner the user's account; empty: the agent's own
 */
record VolumeDelivery(Destination destination, Optional<Account> owner) {

    private static final int ERROR_MAX_BYTES = 1024;

    /** @param files as they are to be in the sandbox; what goes into a volume goes from there */
    void deliver(Path files) throws IOException {
        List<Destination.Volume> innermostFirst = destination.volumes().stream()
                .sorted(Comparator.comparing(volume -> -volume.name().getNameCount()))
                .toList();
        for (Destination.Volume volume : innermostFirst) {
            Path below = files.resolve(volume.name());
            if (Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
                deliver(below, volume);
            } else if (Files.exists(below, LinkOption.NOFOLLOW_LINKS)) {
                throw new FetchException("'" + volume.name() + "' is a volume");
            }
        }
    }

    private void deliver(Path below, Destination.Volume volume) throws IOException {
        Path inAround = destination.whole().root().relativize(volume.source());
        if (inAround.startsWith("..")) {
            give(below, volume, owner.isPresent() ? destination.user() : Optional.empty());
            return;
        }
        Path around = destination.whole().stage(Optional.empty());
        try {
            SandboxTree tree = new SandboxTree(around, owner, 0, Integer.MAX_VALUE, List.of());
            Files.move(below, tree.newDirectory(inAround.toString()));
            destination.whole().merge(around, destination.whole().root());
        } finally {
            Directories.remove(around);
        }
    }

    private void give(Path below, Destination.Volume volume, Optional<String> user) throws IOException {
        Path given = destination.whole().stage(user);
        try {
            copy(Files.move(below, given.resolve("files")), volume, user);
        } finally {
            // It is the user's, who may have changed it.
            TreeRemoval.remove(List.of(given));
        }
    }

    private static void copy(Path files, Destination.Volume volume, Optional<String> user) throws IOException {
        List<String> command = new ArrayList<>();
        user.ifPresent(name -> command.addAll(List.of("runuser", "-u", name, "--")));
        command.addAll(List.of("cp", "-R", "-P", "--remove-destination", "--"));
        command.addAll(List.of(files + "/.", volume.source().toString()));
        Process copy = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            copy.getOutputStream().close();
            String said = new String(copy.getInputStream().readNBytes(ERROR_MAX_BYTES), StandardCharsets.UTF_8);
            copy.getInputStream().close();
            if (copy.waitFor() != 0) {
                throw new FetchException("Failed to copy into the volume '" + volume.name() + "': " + said.strip());
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("cancelled");
        } finally {
            copy.destroyForcibly();
        }
    }
}
