package io.stoa.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time that this machine had. It is that of the clock as long as the machine gets the processors that it wants. A
 * virtual one whose host gives them to others gets less done in a second, and less of the second counts: as much as it
 * got of what it wanted, as Linux counts it in {@code /proc/stat}. Where that cannot be read all of it counts.
 */
public final class MachineTime {

    private static final Path STAT = Path.of("/proc/stat");
    /** Within less there are too few ticks to tell. */
    private static final long MIN_STEP_NANOS = Duration.ofMillis(100).toNanos();

    private static final MachineTime THIS = new MachineTime(System::nanoTime, () -> Processors.read(STAT));

    private final LongSupplier clock;
    private final Supplier<Processors> processors;
    private long seenNanos;
    private Processors seen;
    private long had;

    MachineTime(LongSupplier clock, Supplier<Processors> processors) {
        this.clock = clock;
        this.processors = processors;
        seenNanos = clock.getAsLong();
        seen = processors.get();
    }

    /** Of this machine since some moment, in nanoseconds, for differences only; it goes in steps of 100 ms. */
    public static long nanos() {
        return THIS.now();
    }

    synchronized long now() {
        long nanos = clock.getAsLong();
        long step = nanos - seenNanos;
        if (step >= MIN_STEP_NANOS) {
            Processors next = processors.get();
            had += (long) (step * next.shareSince(seen));
            seen = next;
            seenNanos = nanos;
        }
        return had;
    }

    /**
     * What all processors together did since the machine's start, in ticks.
     *
     * @param worked for whomever
     * @param stolen when they would have worked and the host did not let them
     */
    record Processors(long worked, long stolen) {

        static final Processors UNKNOWN = new Processors(0, 0);

        private static final int USER = 1;
        private static final int SYSTEM = 3;
        private static final int INTERRUPTS = 6;
        private static final int SOFT_INTERRUPTS = 7;
        private static final int STOLEN = 8;

        static Processors read(Path stat) {
            try (BufferedReader lines = Files.newBufferedReader(stat, StandardCharsets.US_ASCII)) {
                String first = lines.readLine();
                return first == null ? UNKNOWN : of(first);
            } catch (IOException e) {
                return UNKNOWN;
            }
        }

        /** @param line that of all processors, the first one */
        static Processors of(String line) {
            String[] fields = line.split(" +", -1);
            if (!fields[0].equals("cpu") || fields.length <= STOLEN) {
                return UNKNOWN;
            }
            long worked = Long.parseLong(fields[INTERRUPTS]) + Long.parseLong(fields[SOFT_INTERRUPTS]);
            for (int i = USER; i <= SYSTEM; i++) {
                worked += Long.parseLong(fields[i]);
            }
            return new Processors(worked, Long.parseLong(fields[STOLEN]));
        }

        /** What they got of what they wanted, from 0 to 1. */
        double shareSince(Processors before) {
            long got = worked - before.worked;
            long lost = stolen - before.stolen;
            return lost > 0 ? (double) got / (got + lost) : 1;
        }
    }
}
