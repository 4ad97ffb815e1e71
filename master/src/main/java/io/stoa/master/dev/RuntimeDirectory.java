package io.stoa.master.dev;

import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a development cluster keeps what running tasks need. Sockets are in it, whose paths may have no more than some
 * hundred characters, so it cannot be below a data directory of any length; and nobody else may write to it.
 */
record RuntimeDirectory(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeDirectory.class);

    /** The same one for the same data, until the machine is started anew. */
    static RuntimeDirectory of(Path data) throws IOException {
        String user = System.getProperty("user.name");
        Path directory = Path.of(
                System.getProperty("java.io.tmpdir"), "stoa-" + user + "-" + Integer.toHexString(data.hashCode()));
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(directory)
                    || !Files.getOwner(directory).getName().equals(user)) {
                throw new IOException(directory + " belongs to somebody else (expected: " + user + ")", e);
            }
        }
        return new RuntimeDirectory(directory);
    }

    /** To be called when nothing runs that needs it. */
    void remove() {
        try {
            Directories.remove(path);
        } catch (IOException e) {
            LOG.warn("Not removed path={}", path, e);
        }
    }
}
