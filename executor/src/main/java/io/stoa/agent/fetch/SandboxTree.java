package io.stoa.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way into a sandbox, in a directory that only the agent reaches: the only way to write there.
 *
 * <p>Nothing gets out. Names are relative and have no {@code ..}; nothing is written through a link; a link's target is
 * relative, has {@code ..} only at its start and stays below the sandbox. As the directory that such a target starts
 * from is never itself reached through a link, every link leads into the sandbox, and so does a chain of them. Used by
 * one thread.
 */
final class SandboxTree {

    private static final int PERMISSIONS = 0755;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path root;
    private final Optional<Account> owner;
    private final long maxBytes;
    private final int maxFiles;
    private final List<Path> volumes;
    private long bytes;
    private int files;

    /**
     * @param owner whom all that is in it is for; empty: the agent's own account
     * @param volumes relative paths of what will be somewhere else: what is in there leads to nothing outside it
     */
    SandboxTree(Path root, Optional<Account> owner, long maxBytes, int maxFiles, List<Path> volumes) {
        this.root = root;
        this.owner = owner;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
        this.volumes = volumes;
    }

    /** True for a relative path that does not climb. */
    static boolean isInside(String name) {
        return !name.startsWith("/") && !List.of(name.split("/")).contains("..");
    }

    /** Makes the directories that lead to a path at which nothing is yet. */
    Path newDirectory(String name) throws IOException {
        return placeOfNew(name);
    }

    void directory(String name, int mode) throws IOException {
        Path directory = place(name);
        if (!directory.equals(root)) {
            enter(directory);
            // Its owner must be able to fill it.
            permit(directory, mode | 0700);
        }
    }

    /**
     * Writes a file, in place of one that is there.
     *
     * @param mode Unix permission bits; those for set-uid and for writing by others are dropped
     * @return where it is now
     */
    Path file(String name, int mode, @Nullable FileTime modified, InputStream content) throws IOException {
        Path file = placeOfNew(name);
        count(name);
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(name, content, out);
        }
        permit(file, mode);
        if (modified != null) {
            Files.setLastModifiedTime(file, modified);
        }
        give(file);
        return file;
    }

    /** @param target as the link will hold it */
    void symbolicLink(String name, String target) throws IOException {
        Path link = placeOfNew(name);
        if (!leadsInside(link, target)) {
            throw new FetchException("link '" + name + "' leads out of the sandbox: " + target);
        }
        count(name);
        Files.createSymbolicLink(link, path(target));
        give(link);
    }

    /** @param target another name in the sandbox */
    void hardLink(String name, String target) throws IOException {
        Path existing = place(target);
        if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
            throw new FetchException("hard link '" + name + "' names what is not a file: " + target);
        }
        Path link = placeOfNew(name);
        if (!link.equals(existing)) {
            count(name);
            Files.createLink(link, existing);
        }
    }

    /** Where a new file or link of that name goes; what was there is gone, what leads there exists. */
    private Path placeOfNew(String name) throws IOException {
        Path place = place(name);
        if (place.equals(root)) {
            throw new FetchException("'" + name + "' is the sandbox itself");
        }
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new FetchException("'" + name + "' is a directory already");
        }
        Files.deleteIfExists(place);
        return place;
    }

    void executable(Path file) throws IOException {
        permit(file, 0755);
    }

    private Path place(String name) throws IOException {
        if (!isInside(name)) {
            throw new FetchException("'" + name + "' leads out of the sandbox");
        }
        Path place = root;
        List<Path> parts = new ArrayList<>();
        path(name).normalize().forEach(parts::add);
        for (int i = 0; i < parts.size(); i++) {
            place = root.equals(place) && parts.get(i).toString().isEmpty() ? place : place.resolve(parts.get(i));
            if (i < parts.size() - 1) {
                enter(place);
            }
        }
        return place;
    }

    private void enter(Path directory) throws IOException {
        if (Files.isSymbolicLink(directory)) {
            throw new FetchException("'" + root.relativize(directory) + "' is a link: nothing is written through it");
        }
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            count(root.relativize(directory).toString());
            Files.createDirectory(directory);
            give(directory);
        } else if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new FetchException("'" + root.relativize(directory) + "' is not a directory");
        }
    }

    private boolean leadsInside(Path link, String target) throws IOException {
        if (target.isEmpty() || target.startsWith("/")) {
            return false;
        }
        int depth = depth(root.relativize(link)) - 1;
        boolean descended = false;
        for (Path part : path(target)) {
            String step = part.toString();
            if (step.equals("..")) {
                depth--;
                if (descended || depth < 0) {
                    return false;
                }
            } else if (!step.equals(".")) {
                descended = true;
            }
        }
        return true;
    }

    /** Below the sandbox, or the innermost volume. */
    private int depth(Path inside) {
        return volumes.stream()
                .filter(inside::startsWith)
                .mapToInt(volume -> inside.getNameCount() - volume.getNameCount())
                .min()
                .orElse(inside.getNameCount());
    }

    private static Path path(String name) throws FetchException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new FetchException("not a file name here: " + e.getMessage(), e);
        }
    }

    private void copy(String name, InputStream content, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("cancelled");
            }
            addBytes(name, read);
            out.write(buffer, 0, read);
        }
    }

    private void addBytes(String name, long added) throws FetchException {
        bytes += added;
        if (bytes > maxBytes) {
            throw new FetchException("the task's files are larger than " + maxBytes + " bytes at '" + name + "'");
        }
    }

    private void count(String name) throws FetchException {
        files++;
        if (files > maxFiles) {
            throw new FetchException("the task has more than " + maxFiles + " files at '" + name + "'");
        }
    }

    private void give(Path path) throws IOException {
        if (owner.isPresent()) {
            owner.get().own(path);
        }
    }

    private static void permit(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode & PERMISSIONS);
    }
}
