package io.stoa.agent.isolation;

import io.stoa.agent.container.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which cgroups this agent uses, and where a container's are: in each hierarchy ROOT/CONTAINER, and for a nested one
 * ROOT/CONTAINER/mesos/CHILD, where Mesos has them.
 */
final class Cgroups {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);

    private static final String SEPARATOR = "mesos";
    private static final Set<String> STANDARD = Set.of("cgroups/cpu", "cgroups/mem");
    private static final Set<String> POSIX = Set.of("posix/cpu", "posix/mem");

    private final IsolationConfig config;
    private final CgroupMounts mounts;
    private final Set<String> isolators;
    private final Optional<Path> ownHierarchy;

    private Cgroups(IsolationConfig config, CgroupMounts mounts, Set<String> isolators, Optional<Path> ownHierarchy) {
        this.config = config;
        this.mounts = mounts;
        this.isolators = isolators;
        this.ownHierarchy = ownHierarchy;
    }

    static Cgroups find(IsolationConfig config) throws IOException {
        return of(config, CgroupMounts.find(config.cgroupsHierarchy()));
    }

    static Cgroups of(IsolationConfig config, CgroupMounts mounts) throws IOException {
        Optional<Path> own = ownHierarchy(config, mounts);
        if (config.isolation().isPresent()) {
            return new Cgroups(config, mounts, config.isolators(), own).checked();
        }
        if (own.isPresent()) {
            try {
                return new Cgroups(config, mounts, STANDARD, own).checked();
            } catch (IOException e) {
                LOG.info("No cgroups for containers of processes: {}", e.getMessage());
            }
        }
        return new Cgroups(config, mounts, POSIX, own);
    }

    /** Where a group can be ended as a whole. */
    private static Optional<Path> ownHierarchy(IsolationConfig config, CgroupMounts mounts) throws IOException {
        if (config.launcher().filter("posix"::equals).isPresent()) {
            return Optional.empty();
        }
        for (Path hierarchy : Stream.concat(
                        mounts.v2().stream(), Stream.ofNullable(mounts.v1().get("freezer")))
                .toList()) {
            Group root = root(config, hierarchy);
            try {
                if (canBeEnded(root)) {
                    return Optional.of(hierarchy);
                }
            } catch (IOException e) {
                LOG.info("No cgroups in {}: {}", hierarchy, e.toString());
            }
        }
        if (config.launcher().isPresent()) {
            throw new IOException(
                    "The 'linux' launcher needs a cgroup hierarchy that this process may write, of version 2"
                            + " with cgroup.kill or of version 1 with the freezer, below " + config.cgroupsHierarchy());
        }
        return Optional.empty();
    }

    /** The group that all containers' groups are in. */
    private static Group root(IsolationConfig config, Path hierarchy) {
        return new Group(hierarchy.resolve(config.cgroupsRoot()));
    }

    /** Looked at anew, since another agent of this host that ends may have removed it before the look. */
    private static boolean canBeEnded(Group root) throws IOException {
        for (int attempt = 0; attempt < Group.MAX_ATTEMPTS; attempt++) {
            root.create();
            if (Files.isWritable(root.directory()) && (root.has("cgroup.kill") || root.has("freezer.state"))) {
                return true;
            }
        }
        return false;
    }

    private Cgroups checked() throws IOException {
        if (limits() && ownHierarchy.isEmpty()) {
            throw new IOException("Cgroups isolation needs a cgroup hierarchy that this process may write, below "
                    + config.cgroupsHierarchy());
        }
        if (limits() && !isVersion2()) {
            require("cgroups/cpu", "cpu");
            require("cgroups/cpu", "cpuacct");
            require("cgroups/mem", "memory");
            require("cgroups/pids", "pids");
        }
        for (Path hierarchy : usedHierarchies()) {
            root(config, hierarchy).create();
        }
        if (limits() && isVersion2()) {
            enableBelow(new Group(mounts.v2().orElseThrow()));
        }
        return this;
    }

    private void require(String isolator, String controller) throws IOException {
        if (isolators.contains(isolator) && !mounts.v1().containsKey(controller)) {
            throw new IOException(isolator + ": no cgroup hierarchy of version 1 or 2 has the controller " + controller
                    + " below " + config.cgroupsHierarchy());
        }
    }

    private boolean limits() {
        return isolators.stream().anyMatch(name -> name.startsWith("cgroups/"));
    }

    private boolean uses(String isolator) {
        return isolators.contains(isolator) || isolators.contains("cgroups/all");
    }

    /** The controllers are where version 1 has none. */
    private boolean isVersion2() {
        return mounts.v2().isPresent()
                && !mounts.v1().containsKey("cpu")
                && !mounts.v1().containsKey("memory");
    }

    /**
     * Makes a container's groups. As long as they are there, nobody removes those that all containers' groups are in.
     */
    void create(List<Group> groups) throws IOException {
        for (Group group : groups) {
            group.create();
        }
        if (limits() && isVersion2()) {
            Path hierarchy = mounts.v2().orElseThrow();
            enableBelow(new Group(hierarchy));
            handDown(root(config, hierarchy));
        }
    }

    /**
     * Version 2 limits a nested group where the groups above it let it.
     *
     * @throws IOException also where processes are in one of those, which the kernel refuses
     */
    void handDown(ContainerId id) throws IOException {
        if (id.parent().isPresent() && limits() && isVersion2()) {
            Path hierarchy = mounts.v2().orElseThrow();
            Group parent = group(hierarchy, id.parent().get());
            if (!parent.members("cgroup.procs").isEmpty()) {
                throw new IOException("With cgroups of version 2 no container has limits of its own within one that has"
                        + " processes: " + id);
            }
            handDown(parent);
            handDown(new Group(parent.directory().resolve(SEPARATOR)));
        }
    }

    /** Not asked first: a group says that it has them before the groups below have their files. */
    private void handDown(Group group) throws IOException {
        group.write("cgroup.subtree_control", "+" + String.join(" +", controllersOfVersion2()));
    }

    /** Only where it has to be: what is above all agents' groups is somebody else's. */
    private void enableBelow(Group hierarchy) throws IOException {
        if (!hierarchy.words("cgroup.subtree_control").containsAll(controllersOfVersion2())) {
            handDown(hierarchy);
        }
    }

    private List<String> controllersOfVersion2() {
        return uses("cgroups/pids") ? List.of("cpu", "memory", "pids") : List.of("cpu", "memory");
    }

    private Set<Path> usedHierarchies() {
        Set<Path> used = new LinkedHashSet<>(ownHierarchy.stream().toList());
        if (limits() && !isVersion2()) {
            controllers(ContainerId.of("any")).orElseThrow().groups().forEach(group -> used.add(hierarchyOf(group)));
        }
        return used;
    }

    private Path hierarchyOf(Group group) {
        return mounts.v1().values().stream()
                .filter(hierarchy -> group.directory().startsWith(hierarchy))
                .findFirst()
                .orElseThrow();
    }

    /** The groups that limit a container without a parent, whether they are there or not. */
    Optional<Controllers> controllers(ContainerId id) {
        if (!limits()) {
            return Optional.empty();
        }
        IsolationConfig.Features features = config.features();
        boolean cpu = uses("cgroups/cpu");
        boolean mem = uses("cgroups/mem");
        if (isVersion2()) {
            return Optional.of(new ControllersV2(group(mounts.v2().orElseThrow(), id), cpu, mem, features));
        }
        return Optional.of(new ControllersV1(
                group("cpu", cpu, id),
                group("cpuacct", cpu, id),
                group("memory", mem, id),
                group("pids", uses("cgroups/pids"), id),
                features));
    }

    private Optional<Group> group(String controller, boolean used, ContainerId id) {
        return Optional.ofNullable(mounts.v1().get(controller))
                .filter(hierarchy -> used)
                .map(hierarchy -> group(hierarchy, id));
    }

    private Group group(Path hierarchy, ContainerId id) {
        Path above = id.parent()
                .map(parent -> group(hierarchy, parent).directory().resolve(SEPARATOR))
                .orElseGet(() -> root(config, hierarchy).directory());
        return new Group(above.resolve(id.value()));
    }

    /** The group in which nobody else is. */
    Optional<Group> own(ContainerId id) {
        return ownHierarchy.map(hierarchy -> group(hierarchy, id));
    }

    /** Where a container may have groups, under this configuration or another; its own one first. */
    List<Group> all(ContainerId id) {
        Set<Path> hierarchies = new LinkedHashSet<>(mounts.v2().stream().toList());
        for (String controller : List.of("freezer", "cpu", "cpuacct", "memory", "pids")) {
            if (mounts.v1().containsKey(controller)) {
                hierarchies.add(mounts.v1().get(controller));
            }
        }
        List<Group> groups = new ArrayList<>();
        hierarchies.forEach(hierarchy -> groups.add(group(hierarchy, id)));
        return groups;
    }

    /** Leaves nothing behind where no container is left. */
    void removeRoots() {
        for (Path hierarchy : usedHierarchies()) {
            try {
                Files.deleteIfExists(root(config, hierarchy).directory());
            } catch (IOException e) {
                LOG.debug("Cgroups are left in {}: {}", hierarchy, e.toString());
            }
        }
    }

    boolean watchesDisk() {
        return isolators.contains("disk/du");
    }

    boolean isCfsEnabled() {
        return limits() && config.features().cfs();
    }

    /** For people: {@code cgroups/cpu,cgroups/mem}. */
    String isolation() {
        return String.join(",", isolators);
    }

    /** For people: {@code linux} or {@code posix}. */
    String launcher() {
        return ownHierarchy.isPresent() ? "linux" : "posix";
    }
}
