package io.stoa.rpc.scheduler;

import io.stoa.state.model.FrameworkId;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How much may be asked and not be decided yet. Safe for use by any thread. */
final class CommitBudget {

    /** Of one scheduler. */
    static final int MAX_COMMITS = 256;

    /** Of all of them together. */
    static final long MAX_BYTES = 64L << 20;

    private final ConcurrentHashMap<FrameworkId, Integer> commits = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    /** What is too much already; where it is empty, {@link #end} has to follow. */
    Optional<String> begin(FrameworkId id, int requestBytes) {
        long together = bytes.addAndGet(requestBytes);
        if (together > MAX_BYTES) {
            bytes.addAndGet(-requestBytes);
            return Optional.of("bytes of all commits that are not decided: " + together + " (expected: at most "
                    + MAX_BYTES + ")");
        }
        int own = commits.merge(id, 1, Integer::sum);
        if (own > MAX_COMMITS) {
            end(id, requestBytes);
            return Optional.of("commits that are not decided: " + own + " (expected: at most " + MAX_COMMITS + ")");
        }
        return Optional.empty();
    }

    void end(FrameworkId id, int requestBytes) {
        bytes.addAndGet(-requestBytes);
        commits.compute(id, (key, own) -> own == null || own == 1 ? null : own - 1);
    }
}
