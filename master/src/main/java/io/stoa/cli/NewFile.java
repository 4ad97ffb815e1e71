package io.stoa.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is there when all of it is, and not before: it is written beside. */
final class NewFile implements AutoCloseable {

    private final Path target;
    private final Path part;
    private final OutputStream out;

    private NewFile(Path target, Path part, OutputStream out) {
        this.target = target;
        this.part = part;
        this.out = out;
    }

    /** @throws IOException where there is one already, or it cannot be made; see {@link #reason} */
    static NewFile at(Path target) throws IOException {
        requireNew(target);
        Path part = target.resolveSibling(
                target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Of a command that Ctrl-C ends nothing stays either.
        part.toFile().deleteOnExit();
        return new NewFile(target, part, out);
    }

    private static void requireNew(Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
    }

    OutputStream out() {
        return out;
    }

    /** That was all of it. */
    void keep() throws IOException {
        out.close();
        requireNew(target);
        Files.move(part, target);
    }

    /** Without {@link #keep} nothing of it stays. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(part);
    }

    /** In words for people. */
    static String reason(IOException failure) {
        if (failure instanceof FileAlreadyExistsException) {
            return "it is there already";
        }
        if (failure instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException inFiles ? inFiles.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
