package io.stoa.benchmarks;

import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import java.util.List;
import java.util.Locale;

/** What looking at the newest snapshot costs, with few and with many agents. */
final class SnapshotBenchmark {

    private static final int READS = 50_000_000;

    private SnapshotBenchmark() {}

    static List<Figure> run() throws Exception {
        double few = nanosPerRead(10);
        double many = nanosPerRead(10_000);
        return List.of(
                new Figure("a snapshot read with 10 agents", String.format(Locale.ROOT, "%.2f ns", few)),
                new Figure(
                        "a snapshot read with 10,000 agents",
                        String.format(Locale.ROOT, "%.2f ns", many),
                        Figure.verdict("the same", many < few * 1.5 + 1)));
    }

    private static double nanosPerRead(int agents) throws Exception {
        try (ReplicatedState state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD)) {
            Workload.admit(state, agents);
            long seen = reads(state);
            long fromNanos = System.nanoTime();
            seen += reads(state);
            double nanos = (double) (System.nanoTime() - fromNanos) / READS;
            if (seen == 0) {
                throw new IllegalStateException("nothing was read");
            }
            return nanos;
        }
    }

    private static long reads(ReplicatedState state) {
        long seen = 0;
        for (int i = 0; i < READS; i++) {
            seen += state.snapshot().version().value();
        }
        return seen;
    }
}
