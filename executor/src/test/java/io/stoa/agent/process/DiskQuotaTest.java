package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.Workload;
import io.stoa.agent.isolation.IsolationConfig;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DiskQuotaTest {

    @TempDir
    Path directory;

    private ProcessFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new ProcessFixture(directory, config(true));
    }

    private static IsolationConfig config(boolean enforced) {
        return new IsolationConfig(
                Optional.of("posix/cpu,posix/mem,disk/du"),
                Optional.of("posix"),
                IsolationConfig.STANDARD.cgroupsHierarchy(),
                IsolationConfig.STANDARD.cgroupsRoot(),
                IsolationConfig.STANDARD.features(),
                new IsolationConfig.Disk(enforced, 20));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void whoeverTakesMoreOfTheDiskThanItWasGivenFails() throws Exception {
        LaunchedTask task = host.launch(spec("head -c 3m /dev/zero > file; sleep 1000", disk(2)));
        End end = task.await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
        assertThat(end.message()).matches("Disk usage \\(\\d+[KM]B\\) exceeds quota \\(2MB\\)");
        assertThat(end.limited()).containsExactly(disk(2));
    }

    @Test
    void whatTheTasksOfAPodTakeCountsTogether() throws Exception {
        ContainerSpec pod = spec("unused", disk(4));
        host.enclose(pod);
        LaunchedTask one = host.launch(inside(pod, "head -c 3m /dev/zero > file; sleep 1000"));
        one.awaitRunning();
        LaunchedTask two = host.launch(inside(pod, "head -c 3m /dev/zero > file; sleep 1000"));
        for (LaunchedTask task : List.of(one, two)) {
            assertThat(task.await().reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
        }
        host.isolation().destroy(pod.id());
    }

    /** Its sandbox is in that of the pod. */
    private ContainerSpec inside(ContainerSpec pod, String command) throws IOException {
        ContainerSpec nested = host.nested(pod.id(), command);
        return new ContainerSpec(
                nested.id(),
                nested.frameworkId(),
                nested.workload(),
                Files.createDirectories(nested.id().below(pod.sandbox())),
                nested.runtimeDir(),
                nested.environment(),
                nested.user(),
                nested.volumes());
    }

    @Test
    void volumeHasAQuotaOfItsOwnAndDoesNotCountWithTheSandbox() throws Exception {
        Path volume = Files.createDirectory(directory.resolve("volume"));
        ContainerSpec spec = spec(
                "head -c 3m /dev/zero > data/file; touch written; while [ ! -e go ]; do sleep 0.02; done;"
                        + " head -c 3m /dev/zero >> data/file; sleep 1000",
                disk(2),
                persistent(5));
        Files.createSymbolicLink(spec.sandbox().resolve("data"), volume);
        LaunchedTask task = host.launch(spec);
        await().until(() -> Files.exists(spec.sandbox().resolve("written")));
        await().until(() -> usage(task).getDiskStatisticsList().stream()
                .anyMatch(disk -> disk.getPersistence().getId().equals("id") && disk.getUsedBytes() > 3_000_000));
        assertThat(usage(task).getDiskUsedBytes()).isLessThan(1_000_000);
        assertThat(usage(task).getDiskLimitBytes()).isEqualTo(2 << 20);
        Files.createFile(spec.sandbox().resolve("go"));
        assertThat(task.await().message()).endsWith("exceeds quota (5MB)");
    }

    @Test
    void usageIsToldWhereQuotasAreNotEnforced() throws Exception {
        host.leave();
        host = new ProcessFixture(directory, config(false));
        LaunchedTask task = host.launch(spec("head -c 3m /dev/zero > file; sleep 1000", disk(2)));
        await().until(() -> usage(task).getDiskUsedBytes() >= 3 << 20);
        assertThat(task.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    private ContainerSpec spec(String command, Resource... resources) throws IOException {
        return host.spec(new Workload(
                "task",
                Optional.of(CommandInfo.newBuilder().setValue(command).build()),
                Optional.empty(),
                List.of(resources),
                Map.of()));
    }

    private ResourceStatistics usage(LaunchedTask task) throws IOException {
        return host.isolation()
                .usage(List.of(task.spec().id()))
                .getOrDefault(task.spec().id(), ResourceStatistics.getDefaultInstance());
    }

    private static Resource disk(int mb) {
        return Resources.parse("disk:" + mb, "*").toProto().get(0);
    }

    private static Resource persistent(int mb) {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(mb))
                .setDisk(DiskInfo.newBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId("id"))
                        .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW)))
                .build();
    }
}
