package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launchGroup;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.LinuxInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.RLimitInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that take more than they were given, and what all take, as a framework and an operator see it. */
@Timeout(120)
class IsolationTest {

    private static final int MB = 1 << 20;

    private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;

    private SchedulerClient client;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        startAgent("posix", "posix/cpu,posix/mem,disk/du");
        if (IS_ROOT) {
            startAgent("cgroups", "cgroups/cpu,cgroups/mem,disk/du");
        }
    }

    private static void startAgent(String name, String isolation) throws IOException {
        cluster.agent(
                name,
                "--attributes=agent:" + name,
                "--resources=cpus:4;mem:1024;disk:1024",
                "--isolation=" + isolation,
                "--enforce_container_disk_quota",
                "--container_disk_watch_interval=50ms");
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void subscribe() {
        client = cluster.subscribe(framework("isolation"));
    }

    @AfterEach
    void end() throws Exception {
        cluster.end(client);
    }

    private Offer agentWithCgroups() throws Exception {
        Assumptions.assumeTrue(IS_ROOT, "cgroups need root");
        return offerOf("cgroups");
    }

    private Offer offerOf(String agent) throws Exception {
        return client.awaitOpenOffer(
                offer -> offer.getAttributes(0).getText().getValue().equals(agent));
    }

    @Test
    void tooMuchMemoryIsAFailureWithItsFigures() throws Exception {
        Offer offer = agentWithCgroups();
        client.launch(offer, List.of(task("t", offer, "tail /dev/zero", "cpus:0.1;mem:40")));
        TaskStatus failed = client.awaitState("t", TaskState.TASK_FAILED);
        assertThat(failed.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(failed.getMessage()).startsWith("Memory limit exceeded: Requested: 40MB Maximum Used: 40MB\n");
        assertLimited(failed, "mem", 40);
    }

    @Test
    void aCommandBesideATaskIsToldThatItTookTooMuchMemory() throws Exception {
        Offer offer = agentWithCgroups();
        client.launch(offer, List.of(task("beside", offer, "exec sleep 1000", "cpus:0.1;mem:40")));
        client.awaitState("beside", TaskState.TASK_RUNNING);
        try (StoaProcess exec = cluster.startStoa("exec", "beside", "--", "tail", "/dev/zero")) {
            assertThat(exec.await()).as(exec.said()).isEqualTo(128 + 9);
            assertThat(exec.said()).startsWith("stoa: Memory limit exceeded: Requested: 40MB Maximum Used: 40MB");
        }
        client.awaitState("beside", TaskState.TASK_FAILED);
    }

    @Test
    void tooMuchMemoryEndsAPodWhole() throws Exception {
        Offer offer = agentWithCgroups();
        client.call(accept(
                offer,
                pod(
                        task("greedy", offer, "tail /dev/zero", "cpus:0.1;mem:32"),
                        task("modest", offer, "exec sleep 1000", "cpus:0.1;mem:32"))));
        for (String id : List.of("greedy", "modest")) {
            TaskStatus failed = client.awaitState(id, TaskState.TASK_FAILED);
            assertThat(failed.getReason()).as(id).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
            assertThat(failed.getMessage()).startsWith("Memory limit exceeded: Requested: 96MB Maximum Used: 96MB\n");
        }
    }

    @Test
    void tooMuchDiskIsAFailureWithWhatWasGiven() throws Exception {
        Offer offer = offerOf("posix");
        client.launch(
                offer, List.of(task("t", offer, "head -c 3m /dev/zero > file; sleep 1000", "cpus:0.1;mem:32;disk:2")));
        TaskStatus failed = client.awaitState("t", TaskState.TASK_FAILED);
        assertThat(failed.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
        assertThat(failed.getMessage()).matches("Disk usage \\(.*B\\) exceeds quota \\(2MB\\)");
        assertLimited(failed, "disk", 2);
    }

    private static void assertLimited(TaskStatus failed, String resource, double amount) {
        assertThat(failed.getLimitation().getResourcesList()).singleElement().satisfies(limited -> {
            assertThat(limited.getName()).isEqualTo(resource);
            assertThat(limited.getScalar().getValue()).isEqualTo(amount);
        });
    }

    @Test
    void limitsMayBeAboveWhatIsAskedFor() throws Exception {
        Offer offer = agentWithCgroups();
        TaskInfo limited =
                task("limited", offer, "head -c 60m /dev/zero | tail; exec sleep 1000", "cpus:0.1;mem:32").toBuilder()
                        .putLimits(
                                "mem", Value.Scalar.newBuilder().setValue(128).build())
                        .putLimits("cpus", Value.Scalar.newBuilder().setValue(2).build())
                        .build();
        TaskInfo unlimited = task("unlimited", offer, "exec sleep 1000", "cpus:0.1;mem:32").toBuilder()
                .putLimits(
                        "mem",
                        Value.Scalar.newBuilder()
                                .setValue(Double.POSITIVE_INFINITY)
                                .build())
                .build();
        client.launch(offer, List.of(limited, unlimited));
        client.awaitState("limited", TaskState.TASK_RUNNING);
        client.awaitState("unlimited", TaskState.TASK_RUNNING);
        JsonNode used = usage(offer, "limited");
        assertThat(used.path("mem_limit_bytes").asLong()).isEqualTo(128 * MB);
        assertThat(used.path("mem_soft_limit_bytes").asLong()).isEqualTo(32 * MB);
        assertThat(used.path("cpus_limit").asDouble()).isEqualTo(2);
        assertThat(usage(offer, "unlimited").path("mem_soft_limit_bytes").asLong())
                .isEqualTo(32 * MB);
    }

    @Test
    void tasksOfAPodMayHaveLimitsOfTheirOwn() throws Exception {
        Offer offer = agentWithCgroups();
        client.call(accept(
                offer,
                pod(
                        limited(task("greedy", offer, "tail /dev/zero", "cpus:0.1;mem:32"), 64),
                        limited(task("modest", offer, "exec sleep 1000", "cpus:0.1;mem:32"), 64))));
        TaskStatus failed = client.awaitState("greedy", TaskState.TASK_FAILED);
        assertThat(failed.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(failed.getMessage()).startsWith("Memory limit exceeded: Requested: 64MB Maximum Used: 64MB\n");
        assertThat(client.awaitState("modest", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Command terminated with signal Terminated");
    }

    private static TaskInfo limited(TaskInfo task, int memMb) {
        return task.toBuilder()
                .putLimits("mem", Value.Scalar.newBuilder().setValue(memMb).build())
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setLinuxInfo(LinuxInfo.newBuilder().setShareCgroups(false)))
                .build();
    }

    @Test
    void tasksAreWithinTheirRlimits() throws Exception {
        Offer offer = agentWithCgroups();
        String probe = "test $(ulimit -Sn) = 77 && test $(ulimit -Hn) = 99";
        client.launch(offer, List.of(withFewFiles(task("alone", offer, probe, "cpus:0.1;mem:32"))));
        client.awaitState("alone", TaskState.TASK_FINISHED);
        client.call(accept(offerOf("cgroups"), pod(withFewFiles(task("in-pod", offer, probe, "cpus:0.1;mem:32")))));
        client.awaitState("in-pod", TaskState.TASK_FINISHED);
    }

    private static TaskInfo withFewFiles(TaskInfo task) {
        TaskInfo.Builder changed = task.toBuilder();
        changed.getContainerBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .getRlimitInfoBuilder()
                .addRlimitsBuilder()
                .setType(RLimitInfo.RLimit.Type.RLMT_NOFILE)
                .setSoft(77)
                .setHard(99);
        return changed.build();
    }

    @Test
    void usageIsToldUnderCgroups() throws Exception {
        usageIsTold(agentWithCgroups());
    }

    @Test
    void usageIsToldOfPlainProcesses() throws Exception {
        usageIsTold(offerOf("posix"));
    }

    /** A shell that holds 10 MB, has written 1 MB, and computes. */
    private void usageIsTold(Offer offer) throws Exception {
        String busy = "head -c 1m /dev/zero > file; text=$(head -c 10m /dev/zero | tr '\\0' x); while :; do :; done";
        client.launch(offer, List.of(task("t", offer, busy, "cpus:0.5;mem:64;disk:16")));
        JsonNode used = awaitUsage(
                offer,
                "t",
                usage -> usage.path("cpus_user_time_secs").asDouble() >= 0.2
                        && usage.path("mem_rss_bytes").asLong() >= 10 * MB
                        && usage.path("disk_used_bytes").asLong() >= MB);
        assertThat(used.path("mem_rss_bytes").asLong()).isLessThan(64 * MB);
        assertThat(used.path("disk_used_bytes").asLong()).isLessThan(2 * MB);
        assertThat(used.path("disk_limit_bytes").asLong()).isEqualTo(16 * MB);
        assertThat(used.path("mem_limit_bytes").asLong()).isEqualTo(64 * MB);
        assertThat(used.path("cpus_soft_limit").asDouble()).isEqualTo(0.5);
        assertThat(used.path("timestamp").asDouble()).isPositive();
    }

    private JsonNode awaitUsage(Offer offer, String taskId, Predicate<JsonNode> wanted) {
        return await().until(() -> usage(offer, taskId), wanted);
    }

    /** Missing where the agent does not know it. */
    private static JsonNode usage(Offer offer, String taskId) throws IOException {
        JsonNode executors = new ObjectMapper()
                .readTree(URI.create("http://127.0.0.1:"
                                + offer.getUrl().getAddress().getPort() + "/monitor/statistics")
                        .toURL()
                        .openStream());
        for (JsonNode executor : executors) {
            if (executor.path("executor_id").asText().equals(taskId)) {
                return executor.path("statistics");
            }
        }
        return executors.path("none");
    }

    private static TaskInfo task(String id, Offer offer, String command, String resources) {
        return shellTask(
                id, offer.getAgentId(), command, Resources.parse(resources, "*").toProto());
    }

    private Offer.Operation.Builder pod(TaskInfo... tasks) {
        return launchGroup(
                ExecutorInfo.newBuilder()
                        .setExecutorId(ExecutorID.newBuilder().setValue("pod"))
                        .setFrameworkId(client.id())
                        .addAllResources(
                                Resources.parse("cpus:0.1;mem:32;disk:32", "*").toProto()),
                tasks);
    }
}
