package io.stoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the processors of this machine did since it was started, in ticks, as {@code /proc/stat} says: where other
 * machines on the same host took them, figures are those of a smaller machine.
 */
record ProcessorTime(long all, long idle, long stolen) {

    /** By place in the line; what guests take is counted among {@code user}. */
    private static final int IDLE = 3;

    private static final int IO_WAIT = 4;
    private static final int STEAL = 7;

    static ProcessorTime now() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/stat")).get(0);
        long[] ticks = Arrays.stream(line.split(" +"))
                .skip(1)
                .limit(STEAL + 1)
                .mapToLong(Long::parseLong)
                .toArray();
        return new ProcessorTime(Arrays.stream(ticks).sum(), ticks[IDLE] + ticks[IO_WAIT], ticks[STEAL]);
    }

    /** Both parts since then. */
    String since(ProcessorTime before) {
        double ticks = all - before.all;
        return String.format(
                Locale.ROOT,
                "%.0f %%, %.0f %%",
                100 * (idle - before.idle) / ticks,
                100 * (stolen - before.stolen) / ticks);
    }
}
