package io.stoa.libprocess.scheduler;

import io.stoa.libprocess.Upid;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription of a process after the other, as it said them: drivers repeat theirs until they are answered, and of
 * two that are decided at once each would be a framework of its own. While one is decided the newest of the others
 * waits, and those before it are forgotten. Safe for use by any thread.
 */
final class SubscriptionTurns {

    private static final Logger log = LoggerFactory.getLogger(SubscriptionTurns.class);
    private static final int MAX_PROCESSES = 1_000;

    private final Map<Upid, Turn> turns = new HashMap<>();

    private static final class Turn {
        private @Nullable Supplier<CompletionStage<Void>> next;
    }

    /**
     * @param subscription begins one, and completes when it is decided
     * @return false where those of too many processes are being decided already
     */
    boolean take(Upid pid, Supplier<CompletionStage<Void>> subscription) {
        synchronized (turns) {
            Turn present = turns.get(pid);
            if (present != null) {
                present.next = subscription;
                return true;
            }
            if (turns.size() >= MAX_PROCESSES) {
                return false;
            }
            turns.put(pid, new Turn());
        }
        begin(pid, subscription);
        return true;
    }

    private void begin(Upid pid, Supplier<CompletionStage<Void>> subscription) {
        CompletionStage<Void> decided;
        try {
            decided = subscription.get();
        } catch (RuntimeException e) {
            decided = CompletableFuture.failedStage(e);
        }
        decided.whenComplete((done, failure) -> {
            if (failure != null) {
                log.error("subscription failed pid={}", pid, failure);
            }
            next(pid);
        });
    }

    private void next(Upid pid) {
        Supplier<CompletionStage<Void>> next;
        synchronized (turns) {
            Turn turn = turns.get(pid);
            next = turn == null ? null : turn.next;
            if (turn == null || next == null) {
                turns.remove(pid);
                return;
            }
            turn.next = null;
        }
        begin(pid, next);
    }
}
