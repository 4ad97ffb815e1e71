package io.stoa.agent.process;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.isolation.IsolationConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/**
 * Cgroups of this machine that are one test's own, of the version that there is; they need root.
 *
 * @param root nobody else on this host has it
 */
record TestCgroups(String root) {

    static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

    TestCgroups() {
        this("stoa-test-" + UUID.randomUUID());
    }

    IsolationConfig config() {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "cgroups need root");
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

    private List<Path> roots() throws IOException {
        List<Path> roots = new ArrayList<>(List.of(HIERARCHIES.resolve(root)));
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(HIERARCHIES, Files::isDirectory)) {
            hierarchies.forEach(hierarchy -> roots.add(hierarchy.resolve(root)));
        }
        return roots.stream().filter(Files::isDirectory).toList();
    }
}
