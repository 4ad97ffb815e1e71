package io.stoa.cli.demo;

import io.stoa.time.Time;
import java.io.PrintWriter;

/** Tells people what happens, with the seconds since it began. */
public final class Progress {

    private final PrintWriter out;
    private final Time time;
    private final long startedMs;

    public Progress(PrintWriter out, Time time) {
        this.out = out;
        this.time = time;
        startedMs = time.monotonicMs();
    }

    /** @param who a part of the cluster, one word */
    public void tell(String who, String what) {
        out.printf("%6.1f s  %-12s %s%n", (time.monotonicMs() - startedMs) / 1000.0, who, what);
        out.flush();
    }
}
