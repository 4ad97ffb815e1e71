package io.stoa.agent.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A sandbox in which both tasks and the agent make things. A task may put a link to anywhere in the place of any
 * directory there, at any moment, and the agent may do everything: so it opens each directory from the one above it,
 * follows no link, and makes what is new, and removes what is old, outside. Blocks; safe for use by any thread.
 *
 * @param root an absolute path, in a directory of the agent's own
 */
public record SharedSandbox(Path root) {

    /** Held while directories are moved in, so that no two threads make the same one. */
    private static final Object MAKING = new Object();

    /**
     * Makes an empty sandbox in it, and the directories that lead there.
     *
     * @param nested a path below the root; no directory with anything in it
     * @param user whom it is for; empty: the agent's own
     * @throws IOException with a message for people, also where a link is in the way
     */
    public void create(Path nested, Optional<String> user) throws IOException {
        Path made = Files.createDirectory(outside());
        try {
            Directories.give(made, user);
            moveIn(made, nested);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /**
     * Whether a sandbox is there already.
     *
     * @throws IOException where something else is in its place, or a link is in the way
     */
    public boolean has(Path nested) throws IOException {
        try (SecureDirectoryStream<Path> above = open(nested, false);
                SecureDirectoryStream<Path> there = above.newDirectoryStream(name(nested), LinkOption.NOFOLLOW_LINKS)) {
            return there != null;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Takes a sandbox out, for the agent to write into by its path.
     *
     * @return where it is until it is put back
     * @throws IOException where it is no directory, or a link is in the way
     */
    public Path takeOut(Path nested) throws IOException {
        Path out = outside();
        try (SecureDirectoryStream<Path> above = open(nested, false)) {
            above.move(name(nested), above, out);
        }
        if (!Files.isDirectory(out, LinkOption.NOFOLLOW_LINKS)) {
            Files.delete(out);
            throw new IOException(nested + " is no directory");
        }
        return out;
    }

    /**
     * Undoes {@link #takeOut}.
     *
     * @throws IOException where something else has taken its place: then it is removed
     */
    public void putBack(Path out, Path nested) throws IOException {
        try {
            moveIn(out, nested);
        } catch (IOException e) {
            TreeRemoval.remove(List.of(out));
            throw e;
        }
    }

    /**
     * Leads a name in it, in the place of a link or file of that name, to somewhere else; makes the directories above.
     *
     * @param link a path below the root
     * @throws IOException with a message for people, also where a link is in the way
     */
    public void link(Path link, Path target) throws IOException {
        Path made = Files.createSymbolicLink(outside(), target);
        try {
            moveIn(made, link);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /**
     * Removes what is at a path below the root, links as links; nothing happens where nothing is there.
     *
     * @throws IOException with a message for people, also where a link is in the way
     */
    public void remove(Path nested) throws IOException {
        Path gone = outside();
        try (SecureDirectoryStream<Path> above = open(nested, false)) {
            above.move(name(nested), above, gone);
        } catch (NoSuchFileException e) {
            return;
        }
        String failure = TreeRemoval.remove(List.of(gone));
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
    }

    private static Path name(Path path) {
        return Objects.requireNonNull(path.getFileName(), "a path below the root has a name");
    }

    /** Where nobody but the agent has a hand in; on the same disk. */
    private Path outside() {
        return root.resolveSibling("." + UUID.randomUUID());
    }

    private void moveIn(Path made, Path place) throws IOException {
        synchronized (MAKING) {
            try (SecureDirectoryStream<Path> above = open(place, true)) {
                above.move(made, above, name(place));
            }
        }
    }

    /**
     * Opens the directory in which a path is.
     *
     * @param make whether directories are made that are not there
     */
    private SecureDirectoryStream<Path> open(Path path, boolean make) throws IOException {
        if (!path.startsWith(root) || path.equals(root)) {
            throw new IllegalArgumentException(path + " (expected: a path below " + root + ")");
        }
        Path inside = root.relativize(path);
        SecureDirectoryStream<Path> directory = open(root);
        for (int i = 0; i < inside.getNameCount() - 1; i++) {
            try (SecureDirectoryStream<Path> above = directory) {
                directory = enter(above, inside.getName(i), make);
            }
        }
        return directory;
    }

    @SuppressWarnings("StreamResourceLeak") // Whoever asks for it closes it.
    private static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("The file system of " + directory + " cannot open directories relative to others");
    }

    private SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> above, Path name, boolean make)
            throws IOException {
        try {
            return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            if (!make) {
                throw e;
            }
        }
        above.move(Files.createDirectory(outside()), above, name);
        return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }
}
