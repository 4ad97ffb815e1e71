package io.stoa.agent.fetch;

import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.sandbox.SharedSandbox;
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
        SharedSandbox around = destination.whole();
        Path prepared = around.stage(Optional.empty());
        try {
            SandboxTree tree = new SandboxTree(prepared, owner, 0, Integer.MAX_VALUE, List.of());
            Place place = place(volume.source(), prepared);
            if (place.directory().equals(around.root())) {
                Files.move(below, tree.newDirectory(place.inside().toString()));
                around.merge(prepared, around.root());
            } else {
                Path files = Path.of("files");
                Files.move(
                        below, tree.newDirectory(files.resolve(place.inside()).toString()));
                give(prepared.resolve(files), volume.name(), place.directory());
            }
        } finally {
            Directories.remove(prepared);
        }
    }

    /**
     * Where a volume is.
     *
     * @param directory the sandbox around, or any other
     * @param inside a relative path in it
     */
    private record Place(Path directory, Path inside) {}

    /**
     * A volume may be a part of one of the executor's, to which a link of the agent's leads, unless a task has put one
     * of its own in the place of that.
     *
     * @param own something that is the agent's
     */
    private Place place(Path source, Path own) throws IOException {
        Path root = destination.whole().root();
        if (!source.startsWith(root)) {
            return new Place(source, Path.of(""));
        }
        Path inside = root.relativize(source);
        Path first = root.resolve(inside.getName(0));
        if (Files.isSymbolicLink(first) && uid(first) == uid(own)) {
            return new Place(first.resolveSibling(Files.readSymbolicLink(first)), first.relativize(source));
        }
        return new Place(root, inside);
    }

    private static int uid(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private void give(Path files, Path volume, Path directory) throws IOException {
        Optional<String> user = owner.isPresent() ? destination.user() : Optional.empty();
        Path given = destination.whole().stage(user);
        try {
            copy(Files.move(files, given.resolve("files")), volume, directory, user);
        } finally {
            // It is the user's, who may have changed it.
            TreeRemoval.remove(List.of(given));
        }
    }

    private static void copy(Path files, Path volume, Path directory, Optional<String> user) throws IOException {
        List<String> command = new ArrayList<>();
        user.ifPresent(name -> command.addAll(List.of("runuser", "-u", name, "--")));
        command.addAll(List.of("cp", "-R", "-P", "--remove-destination", "--"));
        command.addAll(List.of(files + "/.", directory.toString()));
        Process copy = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            copy.getOutputStream().close();
            String said = new String(copy.getInputStream().readNBytes(ERROR_MAX_BYTES), StandardCharsets.UTF_8);
            copy.getInputStream().close();
            if (copy.waitFor() != 0) {
                throw new FetchException("Failed to copy into the volume '" + volume + "': " + said.strip());
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("cancelled");
        } finally {
            copy.destroyForcibly();
        }
    }
}
