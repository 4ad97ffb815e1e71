package io.stoa.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.isolation.IsolationConfig.Features;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories stand in for what a kernel shows: no machine has every kind of it. */
class CgroupsTest {

    private static final ContainerId ROOT = ContainerId.of("root");
    private static final Features FEATURES = new Features(true, true, true, true);

    @TempDir
    Path directory;

    @Test
    void mountsOfBothVersionsAreFound() {
        CgroupMounts mounts = CgroupMounts.parse(
                List.of(
                        "30 23 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755",
                        "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:5 - cgroup2 cgroup2 rw",
                        "35 30 0:31 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
                        "36 30 0:32 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory",
                        "37 30 0:33 / /elsewhere/memory rw - cgroup cgroup rw,pids"),
                Path.of("/sys/fs/cgroup"));
        assertThat(mounts.v2()).contains(Path.of("/sys/fs/cgroup/unified"));
        assertThat(mounts.v1())
                .containsEntry("cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
                .containsEntry("cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
                .containsEntry("memory", Path.of("/sys/fs/cgroup/memory"))
                .doesNotContainKey("pids");
    }

    @Test
    void whoeverMayNotUseCgroupsGoesWithoutUnlessTheyWereAskedFor() throws Exception {
        CgroupMounts none = new CgroupMounts(Map.of(), Optional.empty());
        Cgroups cgroups = Cgroups.of(IsolationConfig.STANDARD, none);
        assertThat(cgroups.launcher()).isEqualTo("posix");
        assertThat(cgroups.own(ROOT)).isEmpty();
        assertThat(cgroups.controllers(ROOT)).isEmpty();
        assertThat(cgroups.all(ROOT)).isEmpty();
        assertThatThrownBy(() -> Cgroups.of(config("cgroups/mem"), none))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cgroups isolation needs a cgroup hierarchy");
        assertThatThrownBy(() -> Cgroups.of(config("posix/cpu", "linux"), none))
                .hasMessageStartingWith("The 'linux' launcher needs a cgroup hierarchy");
    }

    @Test
    void oldKernelsEndAContainerByTheFreezer() throws Exception {
        Path freezer = directory.resolve("freezer");
        Files.createDirectories(freezer.resolve("mesos"));
        Files.createFile(freezer.resolve("mesos/freezer.state"));
        Cgroups cgroups = Cgroups.of(
                config("posix/cpu"),
                new CgroupMounts(Map.of("freezer", freezer), Optional.of(directory.resolve("unified"))));
        assertThat(cgroups.own(ROOT)).contains(new Group(freezer.resolve("mesos/root")));
        assertThat(cgroups.own(ROOT.child("a"))).contains(new Group(freezer.resolve("mesos/root/mesos/a")));
    }

    /** It removes the groups that all containers' groups are in, where it sees none in them. */
    @Test
    void containersHaveGroupsWhereAnotherAgentOfTheHostHasEnded() throws Exception {
        Path root = Files.createDirectories(directory.resolve("freezer/mesos"));
        Path state = Files.createFile(root.resolve("freezer.state"));
        Cgroups cgroups = Cgroups.of(
                config("posix/cpu"), new CgroupMounts(Map.of("freezer", root.getParent()), Optional.empty()));
        List<Group> own = cgroups.own(ROOT).stream().toList();
        Files.delete(state);
        Files.delete(root);
        cgroups.create(own);
        assertThat(root.resolve("root")).isDirectory();
        cgroups.create(own);
    }

    @Test
    void controllerThatTheHostLacksIsSaid() throws Exception {
        Path freezer = directory.resolve("freezer");
        Files.createDirectories(freezer.resolve("mesos"));
        Files.createFile(freezer.resolve("mesos/freezer.state"));
        CgroupMounts mounts =
                new CgroupMounts(Map.of("freezer", freezer, "cpu", directory, "cpuacct", directory), Optional.empty());
        assertThatThrownBy(() -> Cgroups.of(config("cgroups/cpu,cgroups/mem"), mounts))
                .hasMessageStartingWith("cgroups/mem: no cgroup hierarchy of version 1 or 2 has the controller memory");
        assertThat(Cgroups.of(IsolationConfig.STANDARD, mounts).controllers(ROOT))
                .isEmpty();
    }

    @Test
    void version2IsWrittenAsTheKernelReadsIt() throws Exception {
        Path mount = Files.createDirectories(directory.resolve("unified"));
        file(mount, "cgroup.subtree_control", "");
        Path root = Files.createDirectories(mount.resolve("mesos"));
        file(root, "cgroup.kill", "");
        file(root, "cgroup.subtree_control", "");
        Cgroups cgroups = Cgroups.of(
                new IsolationConfig(
                        Optional.empty(),
                        Optional.empty(),
                        directory,
                        "mesos",
                        FEATURES,
                        IsolationConfig.STANDARD.disk()),
                new CgroupMounts(Map.of(), Optional.of(mount)));
        Controllers controllers = cgroups.controllers(ROOT).orElseThrow();
        assertThat(controllers.groups()).isEqualTo(cgroups.own(ROOT).stream().toList());
        cgroups.create(controllers.groups());
        for (Path group : List.of(mount, root)) {
            assertThat(group.resolve("cgroup.subtree_control")).hasContent("+cpu +memory");
        }
        Path group = root.resolve("root");
        for (String name : List.of("cpu.weight", "cpu.max", "memory.low", "memory.swap.max")) {
            file(group, name, "");
        }
        file(group, "memory.max", "max");
        controllers.apply(limits("cpus:0.5;mem:64"), true);
        assertThat(group.resolve("cpu.weight")).hasContent("50");
        assertThat(group.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(group.resolve("memory.low")).hasContent("67108864");
        assertThat(group.resolve("memory.max")).hasContent("67108864");
        assertThat(group.resolve("memory.swap.max")).hasContent("0");
    }

    @Test
    void version2HandsControllersDownToNestedContainers() throws Exception {
        Path mount = Files.createDirectories(directory.resolve("unified"));
        Path root = Files.createDirectories(mount.resolve("mesos"));
        Path pod = Files.createDirectories(root.resolve("root"));
        Path separator = Files.createDirectories(pod.resolve("mesos"));
        for (Path group : List.of(mount, root, pod, separator)) {
            file(group, "cgroup.subtree_control", "");
        }
        file(root, "cgroup.kill", "");
        file(pod, "cgroup.procs", "");
        Cgroups cgroups = Cgroups.of(
                config("cgroups/cpu,cgroups/mem,cgroups/pids"), new CgroupMounts(Map.of(), Optional.of(mount)));
        cgroups.handDown(ROOT);
        assertThat(pod.resolve("cgroup.subtree_control")).isEmptyFile();
        cgroups.handDown(ROOT.child("child"));
        for (Path group : List.of(pod, separator)) {
            assertThat(group.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
        }
        file(pod, "cgroup.procs", "1\n");
        assertThatThrownBy(() -> cgroups.handDown(ROOT.child("child")))
                .hasMessage("With cgroups of version 2 no container has limits of its own within one that has"
                        + " processes: root.child");
    }

    @Test
    void memoryThatMayBeInUseIsNotTakenAway() throws Exception {
        Path group = Files.createDirectories(directory.resolve("group"));
        for (String name : List.of("cpu.weight", "cpu.max", "memory.low")) {
            file(group, name, "");
        }
        file(group, "memory.max", "100000000\n");
        ControllersV2 controllers = new ControllersV2(new Group(group), true, true, FEATURES);
        controllers.apply(limits("cpus:1;mem:32"), false);
        assertThat(group.resolve("memory.max")).hasContent("100000000");
        controllers.apply(limits("cpus:1;mem:128"), false);
        assertThat(group.resolve("memory.max")).content().startsWith("134217728");
    }

    @Test
    void version2IsMeasured() throws Exception {
        Path group = Files.createDirectories(directory.resolve("group"));
        file(group, "cpu.stat", """
                usage_usec 3000000
                user_usec 2000000
                system_usec 1000000
                nr_periods 5
                nr_throttled 2
                throttled_usec 500000
                """);
        file(group, "cgroup.procs", "1\n2\n");
        file(group, "cgroup.threads", "1\n2\n3\n");
        file(group, "memory.current", "700\n");
        file(group, "memory.stat", "anon 300\nfile 200\nfile_mapped 50\nunevictable 0\n");
        file(group, "memory.max", "max\n");
        file(group, "memory.peak", "900\n");
        ControllersV2 controllers = new ControllersV2(new Group(group), true, true, FEATURES);
        ResourceStatistics.Builder statistics = ResourceStatistics.newBuilder();
        controllers.measure(statistics);
        assertThat(statistics.setTimestamp(1).build())
                .isEqualTo(ResourceStatistics.newBuilder()
                        .setTimestamp(1)
                        .setCpusUserTimeSecs(2)
                        .setCpusSystemTimeSecs(1)
                        .setCpusNrPeriods(5)
                        .setCpusNrThrottled(2)
                        .setCpusThrottledTimeSecs(0.5)
                        .setProcesses(2)
                        .setThreads(3)
                        .setMemTotalBytes(700)
                        .setMemFileBytes(200)
                        .setMemCacheBytes(200)
                        .setMemAnonBytes(300)
                        .setMemRssBytes(300)
                        .setMemMappedFileBytes(50)
                        .setMemUnevictableBytes(0)
                        .build());
        assertThat(MemoryLimitation.of(controllers.memoryState(), Optional.empty())
                        .message())
                .isEqualTo("""
                        Memory limit exceeded: Maximum Used: 900B

                        MEMORY STATISTICS:\s
                        anon 300
                        file 200
                        file_mapped 50
                        unevictable 0

                        """);
    }

    @Test
    void bytesAreSaidInTheLargestUnitThatLosesNothing() {
        assertThat(List.of(0L, 1_023L, 1_024L, 33_554_432L, 1L << 30, 1L << 40, 1L << 51, 33_558_528L))
                .map(MemoryLimitation::bytes)
                .containsExactly("0B", "1023B", "1KB", "32MB", "1GB", "1TB", "2048TB", "32772KB");
    }

    @Test
    void isolatorsAreReadAsInMesos() {
        assertThat(config("cgroups,posix/disk").isolators()).containsExactly("cgroups/cpu", "cgroups/mem", "disk/du");
        assertThatThrownBy(() -> config("posix/cpu,namespaces/pid"))
                .hasMessage("Unknown or unsupported isolator 'namespaces/pid'");
        assertThatThrownBy(() -> config("posix/cpu,posix/cpu"))
                .hasMessage("Duplicate entries found in --isolation flag 'posix/cpu,posix/cpu'");
        assertThatThrownBy(() -> config("posix/cpu", "windows")).hasMessage("Unknown or unsupported launcher: windows");
        assertThatThrownBy(() -> config("cgroups/cpu", "posix"))
                .hasMessage("The 'linux' launcher must be used for cgroups isolation");
    }

    private IsolationConfig config(String isolation, String... launcher) {
        return new IsolationConfig(
                Optional.of(isolation),
                List.of(launcher).stream().findFirst(),
                directory,
                "mesos",
                FEATURES,
                IsolationConfig.STANDARD.disk());
    }

    private static Limits limits(String resources) {
        return Limits.of(Resources.parse(resources, "*").toProto(), Map.of());
    }

    private static void file(Path group, String name, String content) throws IOException {
        Files.writeString(group.resolve(name), content);
    }
}
