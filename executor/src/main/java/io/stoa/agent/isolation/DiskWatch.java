package io.stoa.agent.isolation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.Limitation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.DiskStatistics;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what containers take of the disk, one directory after the other, each with the system's own {@code du} at
 * the least priority: trees of any depth do no harm, and the host is never busy with more than one.
 */
final class DiskWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private static final long LOOK_MAX_SECONDS = 60;
    private static final long KB = 1_024;

    private final IsolationConfig.Disk config;
    /** Only those without a parent: what is nested in them counts with them. */
    private final Map<ContainerId, Watched> containers = new ConcurrentHashMap<>();

    private final Map<ContainerId, Consumer<Limitation>> processes = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "disk-usage");

    DiskWatch(IsolationConfig.Disk config) {
        this.config = config;
        thread.setDaemon(true);
        thread.start();
    }

    /** What a container uses at its places. */
    private record Watched(Path sandbox, List<Quota> quotas, Map<Path, Long> usedBytes) {}

    void watch(ContainerId id, Path sandbox, List<Resource> resources) {
        if (id.parent().isEmpty()) {
            containers.put(id, new Watched(sandbox, Quota.of(sandbox, resources), new ConcurrentHashMap<>()));
        }
    }

    /** @param exceeded told that the container, or the one that it is in, takes too much */
    void tell(ContainerId id, Consumer<Limitation> exceeded) {
        processes.put(id, exceeded);
    }

    void update(ContainerId id, List<Resource> resources) {
        containers.computeIfPresent(
                id,
                (known, watched) ->
                        new Watched(watched.sandbox(), Quota.of(watched.sandbox(), resources), watched.usedBytes()));
    }

    void forget(ContainerId id) {
        containers.remove(id);
        processes.remove(id);
    }

    void measure(ContainerId id, ResourceStatistics.Builder statistics) {
        Watched watched = containers.get(id);
        if (watched == null) {
            return;
        }
        for (Quota quota : watched.quotas()) {
            OptionalLong used = watched.usedBytes().containsKey(quota.place())
                    ? OptionalLong.of(watched.usedBytes().get(quota.place()))
                    : OptionalLong.empty();
            DiskStatistics.Builder disk = statistics.addDiskStatisticsBuilder().setLimitBytes(quota.bytes());
            quota.describe(disk);
            used.ifPresent(disk::setUsedBytes);
            if (quota.place().equals(watched.sandbox())) {
                statistics.setDiskLimitBytes(quota.bytes());
                used.ifPresent(statistics::setDiskUsedBytes);
            }
        }
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(config.intervalMs());
                for (ContainerId id : new ArrayList<>(containers.keySet())) {
                    look(id);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    private void look(ContainerId id) throws InterruptedException {
        Watched watched = containers.get(id);
        if (watched == null) {
            return;
        }
        for (Quota quota : watched.quotas()) {
            try {
                long used = usedBytes(quota.place());
                watched.usedBytes().put(quota.place(), used);
                if (config.enforced() && quota.isEnforced() && used > quota.bytes()) {
                    LOG.info("Disk quota exceeded container={} place={}", id, quota.place());
                    Limitation limitation = limitation(quota, used);
                    processes.forEach((process, exceeded) -> {
                        if (process.root().equals(id)) {
                            exceeded.accept(limitation);
                        }
                    });
                    return;
                }
            } catch (IOException e) {
                LOG.warn("Disk usage is not known container={} place={}: {}", id, quota.place(), e.getMessage());
            }
        }
    }

    private static Limitation limitation(Quota quota, long used) {
        return new Limitation(
                Reason.REASON_CONTAINER_LIMITATION_DISK,
                "Disk usage (" + MemoryLimitation.bytes(used) + ") exceeds quota ("
                        + MemoryLimitation.bytes(quota.bytes()) + ")",
                quota.resources());
    }

    /** The place may be a link to a volume; links in it are not followed. */
    private static long usedBytes(Path place) throws IOException, InterruptedException {
        Path said = Files.createTempFile("stoa-du", "");
        try {
            Process du = new ProcessBuilder("nice", "-n", "19", "du", "-k", "-s", "-D", "--", place.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            try {
                if (!du.waitFor(LOOK_MAX_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("du took longer than " + LOOK_MAX_SECONDS + " s");
                }
            } finally {
                du.destroyForcibly();
            }
            return kilobytes(said) * KB;
        } finally {
            Files.delete(said);
        }
    }

    /** Files that go while they are looked at make du complain, and fail, before it says the sum. */
    private static long kilobytes(Path said) throws IOException {
        String text = new String(Files.readAllBytes(said), UTF_8).strip();
        String sum = text.substring(text.lastIndexOf('\n') + 1);
        int tab = sum.indexOf('\t');
        try {
            return Long.parseLong(tab < 0 ? sum : sum.substring(0, tab));
        } catch (NumberFormatException e) {
            throw new IOException("du: " + sum, e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
