package io.stoa.agent.sandbox;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An agent's directories, laid out as Mesos does:
 *
 * <pre>
 * work_dir/slaves/AGENT/frameworks/FRAMEWORK/executors/EXECUTOR/runs/CONTAINER        a sandbox
 * work_dir/volumes/roles/ROLE/VOLUME                                                   a persistent volume
 * work_dir/meta/boot_id                                                                the host's last boot
 * work_dir/meta/slaves/AGENT/slave.info                                                the agent's id
 * work_dir/meta/damaged                                                                what could not be read
 * work_dir/meta/resources/resources.info                                               what it has
 * work_dir/meta/slaves/AGENT/frameworks/FRAMEWORK/executors/EXECUTOR/runs/CONTAINER    what is known of a task
 * runtime_dir/containers/CONTAINER                                                     what its containerizer keeps
 * </pre>
 *
 * Beside the agents and the runs, a link {@code latest} leads to the newest. Disks beside the work directory's have
 * {@code volumes} of their own.
 *
 * @param workDir an absolute path
 * @param runtimeDir an absolute path
 */
public record AgentPaths(Path workDir, Path runtimeDir) {

    private static final int MAX_NAME_CHARACTERS = 255;

    /** AGENT/frameworks/FRAMEWORK/executors/EXECUTOR/runs/CONTAINER */
    private static final int DEPTH_OF_RUNS = 7;

    public AgentPaths {
        workDir = workDir.toAbsolutePath().normalize();
        runtimeDir = runtimeDir.toAbsolutePath().normalize();
    }

    /** One run of an executor; a command task's executor has the id of the task. */
    public record Run(String agentId, String frameworkId, String executorId, String containerId) {

        /** @throws IllegalArgumentException where an id cannot be the name of a directory */
        public Run {
            requireName("agent id", agentId);
            requireName("framework id", frameworkId);
            requireName("executor id", executorId);
            requireName("container id", containerId);
        }

        private Path in(Path root) {
            return root.resolve("slaves")
                    .resolve(agentId)
                    .resolve("frameworks")
                    .resolve(frameworkId)
                    .resolve("executors")
                    .resolve(executorId)
                    .resolve("runs")
                    .resolve(containerId);
        }
    }

    public Path metaDir() {
        return workDir.resolve("meta");
    }

    /** What agents that are not strict have set aside. */
    public Path damaged() {
        return metaDir().resolve("damaged");
    }

    /** Where the agents of this work directory have what they checkpoint. */
    public Path metaAgents() {
        return metaDir().resolve("slaves");
    }

    /** A link to what the newest of them has. */
    public Path latestAgent() {
        return metaAgents().resolve("latest");
    }

    /** In which boot of the host the agent last ran. */
    public Path bootFile() {
        return metaDir().resolve("boot_id");
    }

    /** What was made of the agent's resources; outlives its id. */
    public Path totalFile() {
        return metaDir().resolve("resources").resolve("resources.info");
    }

    /** Where a disk is whose root may be said relative to the work directory. */
    public Path disk(String root) {
        return workDir.resolve(root).normalize();
    }

    /**
     * Where a persistent volume is.
     *
     * @param disk the work directory or the root of another disk
     * @param role a blank, which no role has, stands for each of its {@code /}
     */
    public static Path volume(Path disk, String role, String persistenceId) {
        String directory = role.replace('/', ' ');
        requireName("role", directory);
        requireName("persistence id", persistenceId);
        return disk.resolve("volumes").resolve("roles").resolve(directory).resolve(persistenceId);
    }

    /** All sandboxes are below it, and nothing else. */
    public Path sandboxes() {
        return workDir.resolve("slaves");
    }

    public Path sandbox(Run run) {
        return run.in(workDir);
    }

    /**
     * The containers without a parent that have their sandboxes in this work directory; looks at every run there is.
     */
    public Set<String> containers() throws IOException {
        List<Path> standalone = Directories.below(workDir.resolve("containers"), 1);
        List<Path> runs = Directories.below(sandboxes(), DEPTH_OF_RUNS);
        return Stream.concat(standalone.stream(), runs.stream())
                .map(path -> path.getFileName().toString())
                .collect(Collectors.toSet());
    }

    public Path meta(Run run) {
        return run.in(metaDir());
    }

    public Path runtime(String containerId) {
        return runtimeDir.resolve("containers").resolve(containerId);
    }

    /**
     * Ids come from frameworks: none may lead out of its parent.
     *
     * @throws IllegalArgumentException where an id cannot be the name of a directory
     */
    public static void requireName(String what, String name) {
        if (name.isEmpty()
                || name.length() > MAX_NAME_CHARACTERS
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    what + ": '" + name + "' (expected: 1 to " + MAX_NAME_CHARACTERS + " characters, no '/')");
        }
        try {
            Path unused = Path.of(name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    what + ": '" + name + "' (expected: the agent's locale can write it; LC_ALL=C.UTF-8 can)", e);
        }
    }
}
