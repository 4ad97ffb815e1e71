package io.stoa.agent.recovery;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what an earlier life of the agent wrote down. */
public final class Checkpoint {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    private Checkpoint() {}

    /**
     * Empty where there is no such file, or an empty one: a host that lost power may have kept the name alone. Of what
     * is damaged, or refused by the disk, the errors are told, too.
     *
     * @param unit the file, or the directory that is of no use without it
     * @throws IOException where the damage is to end the agent
     */
    public static <T> Optional<T> read(Path file, Parser<T> parser, Path unit, RecoveryErrors errors)
            throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            LOG.warn("Not recovered, since it is not there file={}", file);
            return Optional.empty();
        } catch (IOException e) {
            errors.found(file, String.valueOf(e.getMessage()), unit);
            return Optional.empty();
        }
        if (content.length == 0) {
            LOG.warn("Not recovered, since it is empty file={}", file);
            return Optional.empty();
        }
        try {
            return Optional.of(parser.parseFrom(content));
        } catch (InvalidProtocolBufferException e) {
            errors.found(file, String.valueOf(e.getMessage()), unit);
            return Optional.empty();
        }
    }
}
