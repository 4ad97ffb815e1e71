package io.stoa.agent.recovery;

import io.stoa.agent.sandbox.AgentPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of damage in what an earlier life of the agent wrote down: Mesos' {@code --strict}. An agent that goes
 * on sets aside what it does without, so that its next life does not find it again, and people do.
 */
public final class RecoveryErrors {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryErrors.class);

    /** Null: it is strict. */
    private final @Nullable AgentPaths paths;

    private final AtomicInteger count = new AtomicInteger();

    private RecoveryErrors(@Nullable AgentPaths paths) {
        this.paths = paths;
    }

    /** One error is enough to end the agent. */
    public static RecoveryErrors strict() {
        return new RecoveryErrors(null);
    }

    public static RecoveryErrors lenient(AgentPaths paths) {
        return new RecoveryErrors(paths);
    }

    /**
     * Something cannot be read; returns where it is to be done without.
     *
     * @param what is wrong with it, for people
     * @param unit the file, or the directory that is of no use without it: is not in its place any more
     * @throws IOException where the agent is to end instead
     */
    public void found(Path file, String what, Path unit) throws IOException {
        Files.move(unit, report(file, what, unit));
    }

    /**
     * Something can be read in part; returns where that is to be enough. A copy of the whole is set aside.
     *
     * @param what is wrong with it, for people
     * @throws IOException where the agent is to end instead
     */
    public void foundPart(Path file, String what) throws IOException {
        Files.copy(file, report(file, what, file));
    }

    /** @return where the unit can be set aside */
    private Path report(Path file, String what, Path unit) throws IOException {
        String sentence = what.endsWith(".") ? what.substring(0, what.length() - 1) : what;
        if (paths == null) {
            throw new IOException("Failed to recover " + file + ": " + sentence
                    + ". With --strict=false the agent goes on without what cannot be read");
        }
        count.incrementAndGet();
        Path place = place(paths, unit);
        LOG.warn("Not recovered file={}: {}; set aside as={}", file, sentence, place);
        return place;
    }

    /** By the path that the unit had; the same may have been damaged before. */
    private static Path place(AgentPaths paths, Path unit) throws IOException {
        Path inside = unit.startsWith(paths.metaDir())
                ? paths.metaDir().relativize(unit)
                : unit.subpath(0, unit.getNameCount());
        Path wanted = paths.damaged().resolve(inside);
        Files.createDirectories(wanted.getParent());
        Path free = wanted;
        for (int i = 2; Files.exists(free); i++) {
            free = wanted.resolveSibling(wanted.getFileName() + "." + i);
        }
        return free;
    }

    /** How often the agent went on without something; {@code slave/recovery_errors}. */
    public int count() {
        return count.get();
    }
}
