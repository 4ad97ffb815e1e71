package io.stoa.agent.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of damage in what an earlier life of the agent wrote down: Mesos' {@code --strict}. */
public final class RecoveryErrors {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryErrors.class);

    private final boolean strict;
    private final AtomicInteger count = new AtomicInteger();

    /** @param strict whether one error is enough to end the agent */
    public RecoveryErrors(boolean strict) {
        this.strict = strict;
    }

    /**
     * Something cannot be read; returns where it is to be done without.
     *
     * @param what is wrong with it, for people
     * @throws IOException where the agent is to end instead
     */
    public void found(Path file, String what) throws IOException {
        if (strict) {
            throw new IOException("Failed to recover " + file + ": " + what
                    + ". With --strict=false the agent goes on without what cannot be read");
        }
        count.incrementAndGet();
        LOG.warn("Not recovered file={}: {}", file, what);
    }

    /** How often the agent went on without something; {@code slave/recovery_errors}. */
    public int count() {
        return count.get();
    }
}
