package io.stoa.agent.process;

import static java.util.Objects.requireNonNull;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.isolation.IsolationConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/**
 * Cgroups of this machine that are one test's own, of the version that there is; they need root.
 *
 * @param root nobody else on this host has it
 */
record TestCgroups(String root) {

    private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

    TestCgroups() {
        this("stoa-test-" + UUID.randomUUID());
    }

    IsolationConfig config() {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "cgroups need root");
        Path memory = HIERARCHIES.resolve("memory");
        Assumptions.assumeTrue(
                Files.notExists(memory) || Files.exists(memory.resolve("memory.memsw.limit_in_bytes")),
                "this kernel does not count swapped memory");
        return new IsolationConfig(
                Optional.of("cgroups/cpu,cgroups/mem"),
                Optional.of("linux"),
                HIERARCHIES,
                root,
                new IsolationConfig.Features(true, false, true, true),
                IsolationConfig.STANDARD.disk());
    }

    /** In the group by which a container is ended: the memory's would do as well. */
    Path find(String file, ContainerSpec spec) throws IOException {
        return groups().stream()
                .filter(group -> group.endsWith(spec.containerId()))
                .findFirst()
                .orElseThrow()
                .resolve(file);
    }

    /** Keeps whoever joins a container's group from getting on, as a disk does that does not answer. */
    void freeze(ContainerSpec spec) throws IOException {
        for (Path above : roots()) {
            Path group = above.resolve(spec.containerId());
            if (Files.exists(above.resolve("cgroup.freeze"))) {
                Files.writeString(Files.createDirectory(group).resolve("cgroup.freeze"), "1");
            } else if (Files.exists(above.resolve("freezer.state"))) {
                Files.writeString(Files.createDirectory(group).resolve("freezer.state"), "FROZEN");
            }
        }
    }

    /** Makes a group in each hierarchy beside those of containers, for those who leave theirs. */
    List<Path> makeOthers() throws IOException {
        List<Path> others = new ArrayList<>();
        for (Path above : roots()) {
            others.add(Files.createDirectory(above.resolve("other")));
        }
        return others;
    }

    /** Of version 2, only newer kernels remember the most memory that a group had. */
    void assumeMostMemoryIsTold() throws IOException {
        Assumptions.assumeTrue(
                roots().stream()
                        .anyMatch(group -> Files.exists(group.resolve("memory.peak"))
                                || Files.exists(group.resolve("memory.max_usage_in_bytes"))),
                "this kernel does not tell the most memory that a group had");
    }

    /** Of the first one by which containers can be ended. */
    IsolationConfig configOfOneHierarchy() throws IOException {
        Path group = roots().stream()
                .filter(any -> Files.exists(any.resolve("cgroup.kill")) || Files.exists(any.resolve("freezer.state")))
                .findFirst()
                .orElseThrow();
        return new IsolationConfig(
                Optional.of("posix/cpu"),
                Optional.of("linux"),
                requireNonNull(group.getParent()),
                root,
                IsolationConfig.STANDARD.features(),
                IsolationConfig.STANDARD.disk());
    }

    /** Removes the group that all containers' groups are in, as agents do that end, where they see none in it. */
    void removeRootUntil(BooleanSupplier isOver, Path hierarchy) {
        while (!isOver.getAsBoolean()) {
            try {
                Files.delete(hierarchy.resolve(root));
            } catch (IOException e) {
                // It is not there, or somebody is.
            }
        }
    }

    /** All but the roots, in all hierarchies. */
    List<Path> groups() throws IOException {
        List<Path> groups = new ArrayList<>();
        for (Path candidate : roots()) {
            try (DirectoryStream<Path> below = Files.newDirectoryStream(candidate, Files::isDirectory)) {
                below.forEach(groups::add);
            }
        }
        return groups;
    }

    /** Each once: a hierarchy of several controllers is there under the name of each, too. */
    private Set<Path> roots() throws IOException {
        List<Path> candidates = new ArrayList<>(List.of(HIERARCHIES.resolve(root)));
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(HIERARCHIES, Files::isDirectory)) {
            hierarchies.forEach(hierarchy -> candidates.add(hierarchy.resolve(root)));
        }
        Set<Path> roots = new LinkedHashSet<>();
        for (Path candidate : candidates) {
            if (Files.isDirectory(candidate)) {
                roots.add(candidate.toRealPath());
            }
        }
        return roots;
    }
}
