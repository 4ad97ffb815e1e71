package io.stoa.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code system/…}: what Mesos tells of the machine. Read from Linux' {@code /proc} when somebody asks. */
public final class SystemFigures {

    private static final long BYTES_PER_KB = 1024;

    private SystemFigures() {}

    /** Adds them; those that this machine does not tell are left out. */
    public static void addTo(Map<String, Double> figures) {
        figures.put("system/cpus_total", (double) Runtime.getRuntime().availableProcessors());
        String[] load = read("/proc/loadavg").split(" ", -1);
        if (load.length >= 3) {
            figures.put("system/load_1min", Double.valueOf(load[0]));
            figures.put("system/load_5min", Double.valueOf(load[1]));
            figures.put("system/load_15min", Double.valueOf(load[2]));
        }
        for (String line : read("/proc/meminfo").split("\n", -1)) {
            memory(line, "MemTotal:", "system/mem_total_bytes", figures);
            memory(line, "MemFree:", "system/mem_free_bytes", figures);
        }
    }

    /** @param line {@code MemTotal: 24683660 kB} */
    private static void memory(String line, String name, String figure, Map<String, Double> figures) {
        if (line.startsWith(name)) {
            String kb = line.substring(name.length()).replace("kB", "").strip();
            figures.put(figure, (double) (Long.parseLong(kb) * BYTES_PER_KB));
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
