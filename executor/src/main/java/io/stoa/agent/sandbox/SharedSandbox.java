package io.stoa.agent.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A sandbox in which both tasks and the agent make things. A task may put a link to anywhere in the place of any
 * directory there, at any moment, and the agent may do everything: so it opens each directory from the one above it,
 * follows no link, and makes what is new, and removes what is old, outside. Blocks; safe for use by any thread.
 *
 * @param root an absolute path, in a directory of the agent's own
 */
public record SharedSandbox(Path root) {

    /** How the names of what is outside begin in this life of the agent. */
    private static final String OUTSIDE = "." + UUID.randomUUID() + ".";

    private static final Pattern ANY_OUTSIDE = Pattern.compile("\\.[0-9a-f-]{36}\\.[0-9a-f-]{36}");

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
        Path made = stage(user);
        try {
            moveIn(made, nested);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /**
     * Makes an empty directory outside, on the same disk; whoever asks for it removes it. Those of an agent that was
     * killed, the next one finds with {@link #isLeftover}.
     *
     * @param user whom it belongs to; empty: the agent's own, who alone may look into it
     * @throws IOException with a message for people
     */
    public Path stage(Optional<String> user) throws IOException {
        Path made = Files.createDirectory(outside());
        try {
            Directories.give(made, user);
            return made;
        } catch (IOException e) {
            Files.delete(made);
            throw e;
        }
    }

    /** Whether something beside a sandbox was left there by an agent that was killed. */
    static boolean isLeftover(Path path) {
        String name = name(path).toString();
        return ANY_OUTSIDE.matcher(name).matches() && !name.startsWith(OUTSIDE);
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
     * Moves what is in a directory outside into a sandbox: files and links in the place of others, what is in a
     * directory into the one of that name.
     *
     * @param staged one of {@link #stage}, or in it
     * @param sandbox this one, or one in it
     * @throws IOException with a message for people where something is in the way; some of it is there then
     */
    public void merge(Path staged, Path sandbox) throws IOException {
        try (SecureDirectoryStream<Path> into = enter(sandbox)) {
            merge(staged, into);
        }
    }

    private static void merge(Path staged, SecureDirectoryStream<Path> into) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(staged)) {
            for (Path entry : entries) {
                Path name = name(entry);
                boolean isDirectory = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
                if (!isDirectory || !isDirectory(into, name)) {
                    move(entry, into, name);
                }
                if (isDirectory && Files.exists(entry)) {
                    try (SecureDirectoryStream<Path> below = into.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                        merge(entry, below);
                    }
                }
            }
        }
    }

    /** Leaves the entry where it is if it is a directory, and there is one in its place by now. */
    private static void move(Path entry, SecureDirectoryStream<Path> into, Path name) throws IOException {
        try {
            into.move(entry, into, name);
        } catch (FileSystemException e) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && isDirectory(into, name)) {
                return;
            }
            throw new IOException("Something is in the way of '" + name + "': " + e.getReason(), e);
        }
    }

    /**
     * Moves a file into a sandbox unless something has its name.
     *
     * @param staged in a directory of {@link #stage}
     * @param sandbox this one, or one in it
     * @return whether it was moved
     */
    public boolean add(Path staged, Path sandbox) throws IOException {
        try (SecureDirectoryStream<Path> into = enter(sandbox)) {
            boolean isFree = attributes(into, name(staged)).isEmpty();
            if (isFree) {
                into.move(staged, into, name(staged));
            }
            return isFree;
        }
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> in, Path name) throws IOException {
        return attributes(in, name).filter(BasicFileAttributes::isDirectory).isPresent();
    }

    private static Optional<BasicFileAttributes> attributes(SecureDirectoryStream<Path> in, Path name)
            throws IOException {
        try {
            return Optional.of(in.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
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
        return root.resolveSibling(OUTSIDE + UUID.randomUUID());
    }

    private void moveIn(Path made, Path place) throws IOException {
        synchronized (MAKING) {
            try (SecureDirectoryStream<Path> above = open(place, true)) {
                above.move(made, above, name(place));
            }
        }
    }

    private SecureDirectoryStream<Path> enter(Path sandbox) throws IOException {
        return open(sandbox.resolve("any"), false);
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
