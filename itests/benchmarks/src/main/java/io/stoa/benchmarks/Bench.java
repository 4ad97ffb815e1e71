package io.stoa.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the benchmarks that are named, or all, and prints a table that can be pasted into the documentation. */
public final class Bench {

    private interface Benchmark {
        List<Figure> run() throws Exception;
    }

    private Bench() {}

    public static void main(String[] names) throws Exception {
        Map<String, Benchmark> known = new LinkedHashMap<>();
        known.put("commit", CommitBenchmark::run);
        known.put("snapshot", SnapshotBenchmark::run);
        known.put("size", SizeBenchmark::run);
        known.put("allocator", AllocatorBenchmark::run);
        known.put("state", StateBenchmark::run);
        known.put("life", LifeBenchmark::run);
        known.put("agent", AgentBenchmark::run);
        known.put("path", PathBenchmark::run);
        known.put("rpc", RpcBenchmark::run);
        known.put("read", ReadBenchmark::run);
        known.put("describe", DescribeBenchmark::run);
        List<String> chosen = names.length == 0 ? List.copyOf(known.keySet()) : List.of(names);
        List<Figure> figures = new ArrayList<>();
        for (String name : chosen) {
            Benchmark benchmark = known.get(name);
            if (benchmark == null) {
                System.err.println("no benchmark '" + name + "' (expected: " + String.join(", ", known.keySet()) + ")");
                System.exit(2);
                return;
            }
            figures.addAll(benchmark.run());
        }
        System.out.println("| what | measured | target |\n| --- | --- | --- |");
        figures.forEach(figure ->
                System.out.println("| " + figure.what() + " | " + figure.value() + " | " + figure.target() + " |"));
        System.exit(0);
    }
}
