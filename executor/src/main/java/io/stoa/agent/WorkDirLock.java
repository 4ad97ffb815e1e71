package io.stoa.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps two agents from sharing a work directory; the lock ends with the process, however that ends. */
final class WorkDirLock implements AutoCloseable {

    private final FileChannel channel;

    private WorkDirLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException also where another agent has it */
    static WorkDirLock take(Path metaDir) throws IOException {
        Files.createDirectories(metaDir);
        FileChannel channel =
                FileChannel.open(metaDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Held by an agent of this very process; told below.
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new IOException("Another agent uses the work directory " + metaDir.getParent());
        }
        return new WorkDirLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
