package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.Workload;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that take too much memory; needs root. */
@Timeout(120)
class MemoryLimitTest {

    /** Of either version of cgroups: what is no file's. */
    private static final Pattern HELD = Pattern.compile("^(?:total_rss|anon) (\\d+)$", Pattern.MULTILINE);

    private static final int MB = 1 << 20;

    private final TestCgroups cgroups = new TestCgroups();
    private ProcessFixture host;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        host = new ProcessFixture(directory, cgroups.config());
    }

    @AfterEach
    void stop() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void memoryOverTheLimitIsAFailureWithItsFigures() throws Exception {
        cgroups.assumeMostMemoryIsTold();
        LaunchedTask task = host.launch(spec("tail /dev/zero", "cpus:1;mem:40"));
        End end = task.await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(end.message())
                .startsWith("Memory limit exceeded: Requested: 40MB Maximum Used: 40MB\n\nMEMORY STATISTICS: \n")
                .endsWith("\n\n");
        assertThat(end.limited().get(0).getName()).isEqualTo("mem");
        assertThat(end.limited().get(0).getScalar().getValue()).isEqualTo(40);
    }

    @Test
    void whoeverTheKernelKillsForMemoryTakesTheWholeContainerAlong() throws Exception {
        LaunchedTask task =
                host.launch(spec("sh -c 'tail /dev/zero'; echo $? > status; exec sleep 1000", "cpus:1;mem:32"));
        assertThat(task.await().reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    }

    @Test
    void memoryLimitMayBeMoreThanWhatWasGiven() throws Exception {
        ContainerSpec spec = host.spec(new Workload(
                "task",
                Optional.of(shell("head -c 50m /dev/zero | tail; cat /proc/self/oom_score_adj")),
                Optional.empty(),
                resources("cpus:1;mem:32"),
                Map.of(
                        "mem",
                        Value.Scalar.newBuilder()
                                .setValue(Double.POSITIVE_INFINITY)
                                .build())));
        LaunchedTask task = host.launch(spec);
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.stdout()).endsWith("997\n");
    }

    @Test
    void killWhileMemoryIsShortIsAKill() throws Exception {
        LaunchedTask task =
                host.launch(spec("trap 'tail /dev/zero' TERM; echo ready; sleep 1000 & wait; wait", "cpus:1;mem:32"));
        await().until(() -> task.stdout().equals("ready\n"));
        assertThat(task.killAndWait(30_000).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void figuresAreOfTheMomentWhenMemoryWasShort() throws Exception {
        LaunchedTask task = host.launch(
                spec("ten=$(head -c 10m /dev/zero | tr '\\0' x); tail /dev/zero; sleep 1000; :", "cpus:1;mem:64"));
        String message = task.await().message();
        assertThat(HELD.matcher(message).results().map(MemoryLimitTest::bytes))
                .as(message)
                .isNotEmpty()
                .allMatch(held -> held > 9 * MB);
    }

    private static long bytes(MatchResult figure) {
        return Long.parseLong(figure.group(1));
    }

    @Test
    void wholePodEndsWhereItsMemoryIsShort() throws Exception {
        ContainerSpec pod = spec("unused", "cpus:1;mem:48");
        host.enclose(pod);
        LaunchedTask greedy = host.launch(
                host.nested(pod.id(), "echo ready; while [ ! -e go ]; do sleep 0.02; done; tail /dev/zero"));
        LaunchedTask other =
                host.launch(host.nested(pod.id(), "trap '' TERM; echo ready; while :; do sleep 0.02; done"));
        await().until(() -> !greedy.stdout().isEmpty() && !other.stdout().isEmpty());
        Files.createFile(greedy.spec().sandbox().resolve("go"));
        assertThat(greedy.await().reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(other.await().reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        LaunchedTask later = host.launch(host.nested(pod.id(), "exit 3"));
        assertThat(later.await().message()).isEqualTo("Command exited with status 3");
        host.isolation().destroy(pod.id());
    }

    private ContainerSpec spec(String command, String resources) throws IOException {
        return host.spec(
                new Workload("task", Optional.of(shell(command)), Optional.empty(), resources(resources), Map.of()));
    }

    private static CommandInfo shell(String command) {
        return CommandInfo.newBuilder().setValue(command).build();
    }

    private static List<Resource> resources(String text) {
        return Resources.parse(text, "*").toProto();
    }
}
