package io.stoa.agent;

import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps two agents or clusters from sharing a directory; the lock ends with the process, however that ends. */
public final class WorkDirLock implements AutoCloseable {

    private final FileChannel channel;

    private WorkDirLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the directory, which is made where it is not there.
     *
     * @param taken what is said where somebody else has it
     * @throws IOException then, too, for people
     */
    public static WorkDirLock take(Path directory, String taken) throws IOException {
        Directories.make(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Held within this very process; told below.
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new IOException(taken);
        }
        return new WorkDirLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
