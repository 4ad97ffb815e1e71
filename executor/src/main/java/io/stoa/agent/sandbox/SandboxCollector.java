package io.stoa.agent.sandbox;

import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what nobody uses any more: when it has not changed for long, and sooner the less room the disk has. Soft
 * state: how old something is, its directory says, and the next life of the agent finds it again. Used on the agent's
 * thread; one removal at a time is under way elsewhere.
 */
public final class SandboxCollector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxCollector.class);

    /** So that a full disk is not waited for by those that are first, and one program removes many. */
    private static final int BATCH = 64;

    private final Entries entries = new Entries();
    private final Policy policy;
    private final AgentPaths paths;
    private final Executor disk;
    private final Time time;
    private final Executor thread;
    private Time.@Nullable Timer nextRemoval;
    private Time.@Nullable Timer nextLook;
    private boolean removing;
    private boolean closed;
    /** What is due before then goes now: the disk is too full for it. */
    private long prunedUntilMs = Long.MIN_VALUE;

    private long allowedAgeMs;
    private long succeeded;
    private long failed;

    /**
     * How long things stay.
     *
     * @param delayMs on an empty disk; Mesos' {@code --gc_delay}
     * @param headroom the part of the disk that is to be free, 0 to 1; Mesos' {@code --gc_disk_headroom}
     * @param watchIntervalMs how often the disk is looked at; Mesos' {@code --disk_watch_interval}
     * @param nested whether sandboxes of nested containers go before the one around them; Mesos'
     *     {@code --gc_non_executor_container_sandboxes}
     */
    public record Policy(long delayMs, double headroom, long watchIntervalMs, boolean nested) {

        /** Mesos' defaults. */
        public static final Policy STANDARD = new Policy(7 * 86_400_000L, 0.1, 60_000, false);

        public Policy {
            if (!(headroom >= 0 && headroom <= 1)) {
                throw new IllegalArgumentException(
                        "Invalid value '" + headroom + "' for --gc_disk_headroom. Must be between 0.0 and 1.0");
            }
            if (watchIntervalMs <= 0) {
                throw new IllegalArgumentException("disk_watch_interval: " + watchIntervalMs + " ms (expected: > 0)");
            }
        }

        /** @param used the part of the disk that is full, 0 to 1 */
        long allowedAgeMs(double used) {
            return (long) (delayMs * Math.max(0, 1 - headroom - used));
        }
    }

    /**
     * Something that is to go.
     *
     * @param around whose tasks have the path in their hands; empty where the agent alone has
     */
    private record Entry(long dueMs, Path path, Optional<SharedSandbox> around) {}

    /** The same by path and by time. */
    private static final class Entries {

        private final Map<Path, Entry> byPath = new HashMap<>();
        private final TreeSet<Entry> byTime =
                new TreeSet<>(Comparator.comparingLong(Entry::dueMs).thenComparing(Entry::path));

        void put(Entry entry) {
            remove(entry.path());
            byPath.put(entry.path(), entry);
            byTime.add(entry);
        }

        void remove(Path path) {
            Entry entry = byPath.remove(path);
            if (entry != null) {
                byTime.remove(entry);
            }
        }
    }

    /**
     * @param disk where files are worked on, which may take long
     * @param thread the agent's own
     */
    public SandboxCollector(Policy policy, AgentPaths paths, Executor disk, Time time, Executor thread) {
        this.policy = policy;
        this.paths = paths;
        this.disk = disk;
        this.time = time;
        this.thread = thread;
        this.allowedAgeMs = policy.allowedAgeMs(0);
    }

    /**
     * Finds what earlier lives left, and looks at the disk from now on.
     *
     * @param agentId empty: all that is there is another agent's
     * @param inUse asked, on the agent's thread, whether somebody uses a sandbox
     */
    public void open(Optional<String> agentId, Predicate<Path> inUse) {
        Leftovers leftovers = new Leftovers(paths, time);
        disk.execute(() -> {
            List<Path> unfinished = leftovers.unfinished(agentId);
            List<Leftovers.Found> found = leftovers.find(agentId);
            thread.execute(() -> {
                unfinished.forEach(
                        directory -> add(new Leftovers.Found(directory, policy.delayMs()), Optional.empty()));
                for (Leftovers.Found old : found) {
                    if (!inUse.test(old.path())) {
                        add(old, Optional.empty());
                    } else if (policy.nested()) {
                        disk.execute(() -> openNested(leftovers, new SharedSandbox(old.path()), inUse));
                    }
                }
            });
        });
        lookLater();
    }

    private void openNested(Leftovers leftovers, SharedSandbox around, Predicate<Path> inUse) {
        List<Leftovers.Found> found = leftovers.nestedIn(around.root());
        thread.execute(() -> found.stream()
                .filter(nested -> !inUse.test(nested.path()))
                .forEach(nested -> add(nested, Optional.of(around))));
    }

    /** Nobody uses a directory any more: from now on it grows old. */
    public void schedule(Path directory) {
        disk.execute(() -> touch(directory));
        add(new Leftovers.Found(directory, 0), Optional.empty());
    }

    /** The same for a directory in a sandbox that is still used. */
    public void schedule(SharedSandbox around, Path directory) {
        if (policy.nested()) {
            add(new Leftovers.Found(directory, 0), Optional.of(around));
        }
    }

    /** Somebody uses a directory again. */
    public void unschedule(Path directory) {
        entries.remove(directory);
    }

    private void touch(Path directory) {
        try {
            Files.setLastModifiedTime(directory, FileTime.fromMillis(time.epochMs()));
        } catch (NoSuchFileException e) {
            LOG.debug("Never made, or gone already {}", directory);
        } catch (IOException e) {
            LOG.warn("Its age will not be known to the agent's next life directory={}: {}", directory, e.toString());
        }
    }

    private void add(Leftovers.Found found, Optional<SharedSandbox> around) {
        entries.put(new Entry(time.monotonicMs() + policy.delayMs() - found.ageMs(), found.path(), around));
        removeDue();
    }

    private void lookLater() {
        nextLook = time.after(policy.watchIntervalMs(), thread, () -> disk.execute(this::look));
    }

    private void look() {
        double total = paths.workDir().toFile().getTotalSpace();
        double used = total == 0 ? 0 : 1 - paths.workDir().toFile().getFreeSpace() / total;
        thread.execute(() -> {
            if (!closed) {
                diskIsUsed(used);
                lookLater();
            }
        });
    }

    /** @param used the part of the disk that is full, 0 to 1 */
    void diskIsUsed(double used) {
        allowedAgeMs = policy.allowedAgeMs(used);
        prunedUntilMs = time.monotonicMs() + policy.delayMs() - allowedAgeMs;
        removeDue();
    }

    private void removeDue() {
        if (removing || closed) {
            return;
        }
        long untilMs = Math.max(time.monotonicMs(), prunedUntilMs);
        List<Entry> due = entries.byTime.stream()
                .limit(BATCH)
                .takeWhile(entry -> entry.dueMs() <= untilMs)
                .toList();
        if (nextRemoval != null) {
            nextRemoval.cancel();
            nextRemoval = null;
        }
        if (!due.isEmpty()) {
            removing = true;
            disk.execute(() -> remove(due));
        } else if (!entries.byTime.isEmpty()) {
            long waitMs = entries.byTime.first().dueMs() - time.monotonicMs();
            nextRemoval = time.after(waitMs, thread, this::removeDue);
        }
    }

    private void remove(List<Entry> due) {
        List<Path> left = new ArrayList<>(due.stream().map(Entry::path).toList());
        String why;
        try {
            List<Path> mounts = TreeRemoval.mountPoints();
            List<Entry> own = due.stream()
                    .filter(entry -> mounts.stream().noneMatch(mount -> mount.startsWith(entry.path())))
                    .toList();
            why = own.size() < due.size() ? "something is mounted there. " : "";
            List<Path> whole = new ArrayList<>();
            for (Entry entry : own) {
                if (entry.around().isPresent()) {
                    why += removeNested(entry.around().get(), entry.path());
                } else {
                    whole.add(entry.path());
                }
            }
            why += TreeRemoval.remove(whole);
            left.removeIf(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
            for (Path path : whole) {
                Directories.removeEmptyRuns(path, paths.workDir());
            }
        } catch (IOException e) {
            why = e.toString();
        }
        if (!left.isEmpty()) {
            LOG.warn("Not removed directories={}: {}", left, why);
        }
        thread.execute(() -> removed(due, left.size()));
    }

    /** @return what was wrong, for people */
    private static String removeNested(SharedSandbox around, Path nested) {
        try {
            around.remove(nested);
            return "";
        } catch (IOException e) {
            return e + ". ";
        }
    }

    private void removed(List<Entry> due, int left) {
        due.forEach(entry -> entries.remove(entry.path()));
        succeeded += due.size() - left;
        failed += left;
        removing = false;
        removeDue();
    }

    /** Adds Mesos' figures. */
    public void addTo(SortedMap<String, Double> figures) {
        figures.put("gc/path_removals_pending", (double) entries.byPath.size());
        figures.put("gc/path_removals_succeeded", (double) succeeded);
        figures.put("gc/path_removals_failed", (double) failed);
        figures.put("slave/executor_directory_max_allowed_age_secs", allowedAgeMs / 1e3);
    }

    @Override
    public void close() {
        closed = true;
        if (nextRemoval != null) {
            nextRemoval.cancel();
        }
        if (nextLook != null) {
            nextLook.cancel();
        }
    }
}
