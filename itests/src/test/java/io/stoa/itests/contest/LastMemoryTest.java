package io.stoa.itests.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Several schedulers, over RPC and over offers, ask for all the memory that is left of one host at the same moment,
 * again and again: each time exactly one gets it, and all others are told so. {@code stoa.contest.seed} says how.
 */
class LastMemoryTest {

    private static final long SEED = Long.getLong("stoa.contest.seed", System.nanoTime());

    /** Then the contestants are others: what clients remember of all rounds makes them slow. */
    private static final int ROUNDS_OF_AN_ARENA = 250;

    @Test
    @Timeout(240)
    void exactlyOneGetsItAndTheOthersAreToldIn500Rounds(TestReporter reporter) throws Exception {
        play(500, reporter);
    }

    @Test
    @Tag("long")
    @Timeout(900)
    void exactlyOneGetsItAndTheOthersAreToldIn10000Rounds(TestReporter reporter) throws Exception {
        play(10_000, reporter);
    }

    private static void play(int rounds, TestReporter reporter) throws Exception {
        reporter.publishEntry("seed", Long.toString(SEED));
        Random random = new Random(SEED);
        int wonByRpc = 0;
        int wonByOffer = 0;
        for (int played = 0; played < rounds; played += ROUNDS_OF_AN_ARENA) {
            try (Arena arena = new Arena(random)) {
                for (int i = 0; i < ROUNDS_OF_AN_ARENA; i++) {
                    playOne(arena, played + i);
                }
                arena.assertThatNothingElseWasLaunched();
                wonByRpc += arena.wonByRpc();
                wonByOffer += arena.wonByOffer();
            }
        }
        reporter.publishEntry("won", "rpc " + wonByRpc + ", offers " + wonByOffer);
        assertThat(wonByRpc).as("seed %d", SEED).isPositive();
        assertThat(wonByOffer).as("seed %d", SEED).isPositive();
        assertThat(wonByRpc + wonByOffer).isEqualTo(rounds);
    }

    private static void playOne(Arena arena, int number) throws Exception {
        try {
            arena.play();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + SEED + ", round " + number, e);
        }
    }
}
