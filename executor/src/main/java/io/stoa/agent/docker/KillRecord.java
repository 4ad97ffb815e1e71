package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is there once a container was asked to end, for the next life of the agent: the kill goes on, and the end
 * is one of a kill.
 *
 * @param directory the container's runtime directory
 */
record KillRecord(Path directory) {

    private static final Logger LOG = LoggerFactory.getLogger(KillRecord.class);

    /** When it is to be killed at the latest, in ms since the epoch; empty where nobody asked. */
    OptionalLong deadlineMs() {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file())));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            LOG.warn("Unreadable file={}: {}", file(), e.toString());
            return OptionalLong.empty();
        }
    }

    void write(long deadlineMs) {
        try {
            Directories.writeAtomically(file(), Long.toString(deadlineMs).getBytes(US_ASCII));
        } catch (IOException e) {
            // Only the agent's next life needs it.
            LOG.warn("Not written file={}: {}", file(), e.toString());
        }
    }

    private Path file() {
        return directory.resolve("docker-kill");
    }
}
