package io.stoa.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.testing.MachineTime.Processors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTimeTest {

    private long clock;
    private Processors processors = new Processors(1_000, 500);
    private final MachineTime time = new MachineTime(() -> clock, () -> processors);

    @Test
    void isThatOfTheClockWhereNothingIsStolen() {
        after(10, 40, 0);

        assertThat(seconds()).isEqualTo(10);
    }

    @Test
    void isThatOfTheClockWhereNothingIsWanted() {
        after(10, 0, 0);

        assertThat(seconds()).isEqualTo(10);
    }

    @Test
    void isTheShareThatWasGotOfWhatWasWanted() {
        after(10, 100, 300);
        assertThat(seconds()).isEqualTo(2.5);

        after(10, 300, 100);
        assertThat(seconds()).isEqualTo(10);
    }

    @Test
    void standsStillWhileTheHostGivesNothing() {
        after(10, 0, 400);

        assertThat(seconds()).isZero();
    }

    @Test
    void isReadFromTheLineOfAllProcessors(@TempDir Path directory) throws Exception {
        Path stat = directory.resolve("stat");
        Files.writeString(stat, "cpu  1 20 300 4000 50000 600000 7000000 80000000 5 6\ncpu0 1 1 1 1 1 1 1 1 1 1\n");

        assertThat(Processors.read(stat)).isEqualTo(new Processors(7_600_321, 80_000_000));
    }

    @Test
    void isThatOfTheClockWhereNothingIsKnown(@TempDir Path directory) throws Exception {
        Path stat = directory.resolve("stat");
        assertThat(Processors.read(stat)).isEqualTo(Processors.UNKNOWN);
        Files.writeString(stat, "cpu  1 2 3 4\n");
        assertThat(Processors.read(stat)).isEqualTo(Processors.UNKNOWN);
        assertThat(Processors.UNKNOWN.shareSince(Processors.UNKNOWN)).isEqualTo(1);
    }

    @Test
    void goesOnHere() {
        long begin = MachineTime.nanos();

        Patience.await().until(() -> MachineTime.nanos() - begin > TimeUnit.SECONDS.toNanos(1));
    }

    private void after(long seconds, long worked, long stolen) {
        clock += TimeUnit.SECONDS.toNanos(seconds);
        processors = new Processors(processors.worked() + worked, processors.stolen() + stolen);
    }

    private double seconds() {
        return time.now() / 1e9;
    }
}
