package io.stoa.agent.sandbox;

import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What earlier lives of an agent, and agents before it, have left in the work directory. */
record Leftovers(AgentPaths paths, Time time) {

    /** Of one executor; those beyond it go with its own. */
    private static final int NESTED_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    /**
     * A directory that may go when it is old.
     *
     * @param ageMs how long it has not changed
     */
    record Found(Path path, long ageMs) {}

    /**
     * Every sandbox of the agent, and all that there is of others. As with Mesos these begin to grow old when they are
     * found: how long nobody has used them, nothing says. What cannot be looked at is left where it is.
     *
     * @param agentId empty: all that is there is of others
     */
    List<Found> find(Optional<String> agentId) {
        List<Found> found = new ArrayList<>();
        for (Path agents : List.of(paths.sandboxes(), paths.metaAgents())) {
            for (Path agent : directoriesIn(agents)) {
                if (agentId.filter(agent.getFileName().toString()::equals).isEmpty()) {
                    age(agent, true).ifPresent(found::add);
                }
            }
        }
        agentId.ifPresent(id -> runs(id).stream()
                .flatMap(runs -> directoriesIn(runs).stream())
                .filter(run -> !run.getFileName().toString().startsWith("."))
                .forEach(run -> age(run, false).ifPresent(found::add)));
        return found;
    }

    /**
     * What an agent that was killed had under way beside its sandboxes; nobody will ever use it.
     *
     * @param agentId empty: all that is there is of others, and goes with that
     */
    List<Path> unfinished(Optional<String> agentId) {
        List<Path> around = new ArrayList<>(List.of(paths.workDir().resolve("containers")));
        agentId.ifPresent(id -> runs(id).forEach(around::add));
        return around.stream()
                .flatMap(parent -> entriesIn(parent, SharedSandbox::isLeftover, Integer.MAX_VALUE).stream())
                .toList();
    }

    /**
     * The sandboxes of nested containers, however deep, in one that is used. Its tasks may have put links and many
     * directories there.
     */
    List<Found> nestedIn(Path sandbox) {
        List<Found> found = new ArrayList<>();
        Queue<Path> around = new ArrayDeque<>(List.of(sandbox));
        while (!around.isEmpty() && found.size() < NESTED_MAX) {
            Path containers = around.remove().resolve("containers");
            if (isDirectory(containers)) {
                entriesIn(containers, Leftovers::isDirectory, NESTED_MAX - found.size())
                        .forEach(nested -> {
                            age(nested, false).ifPresent(found::add);
                            around.add(nested);
                        });
            }
        }
        return found;
    }

    private Optional<Found> age(Path directory, boolean beginsNow) {
        try {
            if (beginsNow) {
                Files.setLastModifiedTime(directory, FileTime.fromMillis(time.epochMs()));
                return Optional.of(new Found(directory, 0));
            }
            long modifiedMs = Files.getLastModifiedTime(directory).toMillis();
            return Optional.of(new Found(directory, Math.max(0, time.epochMs() - modifiedMs)));
        } catch (IOException e) {
            LOG.warn("Not looked at directory={}: {}", directory, e.toString());
            return Optional.empty();
        }
    }

    /** The directories in which the sandboxes of an agent's executors are. */
    private List<Path> runs(String agentId) {
        return directoriesIn(paths.sandboxes().resolve(agentId).resolve("frameworks")).stream()
                .flatMap(framework -> directoriesIn(framework.resolve("executors")).stream())
                .map(executor -> executor.resolve("runs"))
                .toList();
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static List<Path> directoriesIn(Path parent) {
        return entriesIn(parent, Leftovers::isDirectory, Integer.MAX_VALUE);
    }

    private static List<Path> entriesIn(Path parent, DirectoryStream.Filter<Path> wanted, int max) {
        if (Files.notExists(parent)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, wanted)) {
            Iterator<Path> next = entries.iterator();
            while (found.size() < max && next.hasNext()) {
                found.add(next.next());
            }
        } catch (IOException e) {
            LOG.warn("Not looked at directory={}: {}", parent, e.toString());
        }
        return found;
    }
}
