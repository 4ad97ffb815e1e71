package io.stoa.agent.isolation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** The processes of this host at a moment, by parent. */
final class ProcessTable {

    private static final double TICKS_PER_SECOND = 100;
    private static final String PAGE_SIZE = "KernelPageSize:";
    private static final long KB = 1_024;

    /** Fields of {@code /proc/PID/stat} behind the name, which may hold blanks itself. */
    private static final int PARENT = 1;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int RESIDENT_PAGES = 21;

    private record Entry(int pid, long userTicks, long systemTicks, long residentPages) {}

    private final Map<Integer, List<Entry>> children = new HashMap<>();
    private final long pageBytes;

    private ProcessTable(long pageBytes) {
        this.pageBytes = pageBytes;
    }

    static ProcessTable read() throws IOException {
        ProcessTable table = new ProcessTable(pageBytes());
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                table.add(process);
            }
        }
        return table;
    }

    /** The kernel says it of each mapping: {@code KernelPageSize: 4 kB}. */
    private static long pageBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"), ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(PAGE_SIZE))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KB)
                    .min()
                    .orElseThrow(() -> new IOException("/proc/self/smaps has no " + PAGE_SIZE));
        }
    }

    private void add(Path process) {
        String stat;
        try {
            stat = Files.readString(process.resolve("stat"), ISO_8859_1);
        } catch (IOException e) {
            // It ended meanwhile.
            return;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        children.computeIfAbsent(Integer.valueOf(fields[PARENT]), parent -> new ArrayList<>())
                .add(new Entry(
                        Integer.parseInt(process.getFileName().toString()),
                        Long.parseLong(fields[USER_TICKS]),
                        Long.parseLong(fields[SYSTEM_TICKS]),
                        Long.parseLong(fields[RESIDENT_PAGES])));
    }

    /** What all descendants of a process use together. */
    void measure(int ancestor, ResourceStatistics.Builder statistics) {
        long userTicks = 0;
        long systemTicks = 0;
        long residentPages = 0;
        Deque<Integer> left = new ArrayDeque<>(List.of(ancestor));
        while (!left.isEmpty()) {
            for (Entry child : children.getOrDefault(left.remove(), List.of())) {
                userTicks += child.userTicks();
                systemTicks += child.systemTicks();
                residentPages += child.residentPages();
                left.add(child.pid());
            }
        }
        statistics
                .setCpusUserTimeSecs(userTicks / TICKS_PER_SECOND)
                .setCpusSystemTimeSecs(systemTicks / TICKS_PER_SECOND)
                .setMemRssBytes(residentPages * pageBytes);
    }
}
