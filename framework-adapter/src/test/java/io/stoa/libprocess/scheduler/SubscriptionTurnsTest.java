package io.stoa.libprocess.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.libprocess.Upid;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SubscriptionTurnsTest {

    private static final Upid ONE = new Upid("scheduler(1)", "127.0.0.1", 7070);

    private final SubscriptionTurns turns = new SubscriptionTurns();
    private final List<String> begun = new ArrayList<>();
    private final List<CompletableFuture<Void>> decisions = new ArrayList<>();

    @Test
    void theNewestWaitsForTheOneThatIsBeingDecided() {
        take(ONE, "first");
        take(ONE, "second");
        take(ONE, "third");
        assertThat(begun).containsExactly("first");
        decisions.get(0).complete(null);
        assertThat(begun).containsExactly("first", "third");
        decisions.get(1).complete(null);
        take(ONE, "fourth");
        assertThat(begun).containsExactly("first", "third", "fourth");
    }

    @Test
    void processesDoNotWaitForEachOther() {
        take(ONE, "first");
        take(ONE.withId("scheduler(2)"), "other");
        assertThat(begun).containsExactly("first", "other");
    }

    @Test
    void oneThatFailsIsDecidedToo() {
        take(ONE, "first");
        decisions.get(0).completeExceptionally(new IllegalStateException("as the test wants it"));
        take(ONE, "second");
        assertThat(begun).containsExactly("first", "second");
    }

    @Test
    void oneThatThrowsIsDecidedToo() {
        turns.take(ONE, () -> {
            throw new IllegalStateException("as the test wants it");
        });
        take(ONE, "second");
        assertThat(begun).containsExactly("second");
    }

    @Test
    void ofTooManyProcessesTheLastOnesAreTurnedAway() {
        for (int i = 0; i < 1_000; i++) {
            take(ONE.withId("scheduler(" + i + ")"), "one of many");
        }
        assertThat(turns.take(ONE.withId("late"), CompletableFuture::new)).isFalse();
        take(ONE.withId("scheduler(0)"), "again");
        decisions.get(0).complete(null);
        assertThat(begun).endsWith("again");
    }

    private void take(Upid pid, String name) {
        turns.take(pid, () -> {
            begun.add(name);
            CompletableFuture<Void> decision = new CompletableFuture<>();
            decisions.add(decision);
            return decision;
        });
    }
}
