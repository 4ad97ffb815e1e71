package io.stoa.agent.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes and removes directories of an agent. */
public final class Directories {

    /** Held while parents of sandboxes are made or removed, so that nobody removes what another one needs. */
    private static final Object RUNS = new Object();

    private Directories() {}

    /**
     * Makes a directory and its parents, where they are not there.
     *
     * @throws IOException with a message for people
     */
    public static void make(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (FileSystemException e) {
            throw new IOException("Cannot make the directory " + directory + ": " + reason(e), e);
        }
    }

    /** The system's exceptions name the file, and say by their class what is wrong with it. */
    private static String reason(FileSystemException failure) {
        if (failure instanceof FileAlreadyExistsException) {
            return failure.getFile() + " is no directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "no permission for " + failure.getFile();
        }
        return String.valueOf(failure.getReason());
    }

    /**
     * Makes a sandbox that belongs to the task's user, and leads {@code latest} to it.
     *
     * @param user empty: the agent's own
     * @throws IOException with a message for people
     */
    public static Path createSandbox(Path sandbox, Optional<String> user) throws IOException {
        synchronized (RUNS) {
            Files.createDirectories(sandbox);
        }
        give(sandbox, user);
        linkLatest(sandbox);
        return sandbox;
    }

    /**
     * Makes a directory a sandbox of a user's.
     *
     * @param user empty: the agent's own
     * @throws IOException with a message for people
     */
    static void give(Path sandbox, Optional<String> user) throws IOException {
        Files.setPosixFilePermissions(sandbox, PosixFilePermissions.fromString("rwxr-x---"));
        if (user.isPresent()) {
            chown(sandbox, user.get());
        }
    }

    private static void chown(Path sandbox, String user) throws IOException {
        try {
            Files.setOwner(
                    sandbox,
                    sandbox.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("Failed to chown the sandbox to '" + user + "': No such user '" + user + "'", e);
        }
    }

    /** Replaces {@code latest}, beside the target, as one step. */
    public static void linkLatest(Path target) throws IOException {
        Path temporary = target.resolveSibling(".latest-" + UUID.randomUUID());
        Files.createSymbolicLink(temporary, target);
        Files.move(temporary, target.resolveSibling("latest"), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Writes a file that is there as a whole or not at all, also when the process is killed.
     *
     * @throws IOException with a message for people; nothing is left of it then
     */
    public static void writeAtomically(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        replace(file, temporary(file), temporary -> Files.write(temporary, content));
    }

    /** The same, also when the host loses power. */
    public static void writeDurably(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        replace(file, temporary(file), temporary -> writeThrough(temporary, content));
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void writeThrough(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    /** Writes a file. */
    public interface Writing {

        void to(Path temporary) throws IOException;
    }

    /**
     * Puts a file in the place of another, as one step.
     *
     * @param temporary beside it; is gone then
     * @throws IOException with a message for people
     */
    public static void replace(Path file, Path temporary, Writing writing) throws IOException {
        try {
            writing.to(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException another) {
                e.addSuppressed(another);
            }
            throw notWritten(file, e);
        }
    }

    /** What people are told: of a full disk, the system's exceptions do not name the file. */
    public static IOException notWritten(Path file, IOException why) {
        String reason = why instanceof FileSystemException known ? reason(known) : why.getMessage();
        return new IOException("Cannot write " + file + ": " + reason, why);
    }

    /** Where what is written to a file is before it is there as a whole. */
    public static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    /**
     * The directories that are so many levels below another, links not being followed; none where that is not there.
     * Somebody else may remove some meanwhile.
     */
    public static List<Path> below(Path root, int levels) throws IOException {
        List<Path> found = List.of(root);
        for (int level = 0; level < levels; level++) {
            List<Path> next = new ArrayList<>();
            for (Path parent : found) {
                addDirectories(parent, next);
            }
            found = next;
        }
        return found;
    }

    private static void addDirectories(Path parent, List<Path> found) throws IOException {
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(parent, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            entries.forEach(found::add);
        } catch (NoSuchFileException e) {
            // It is gone, and what was in it.
        } catch (DirectoryIteratorException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e.getCause();
            }
        }
    }

    /**
     * Removes a directory with what is in it, links as links; nothing happens where it is not there. Somebody else may
     * remove it, or a part of it, at the same time.
     */
    public static void remove(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes what a sandbox that is gone has left empty: a {@code latest} that led to it, and its parents. */
    static void removeEmptyRuns(Path sandbox, Path stays) throws IOException {
        Path latest = sandbox.resolveSibling("latest");
        synchronized (RUNS) {
            if (Files.isSymbolicLink(latest) && Files.notExists(latest)) {
                Files.delete(latest);
            }
            removeEmptyParents(sandbox.getParent(), stays);
        }
    }

    /** Removes empty directories from this one upwards, up to the one that stays. */
    public static void removeEmptyParents(@Nullable Path directory, Path stays) throws IOException {
        Path parent = directory;
        while (parent != null && parent.startsWith(stays) && !parent.equals(stays)) {
            try {
                Files.deleteIfExists(parent);
            } catch (DirectoryNotEmptyException e) {
                return;
            }
            parent = parent.getParent();
        }
    }
}
