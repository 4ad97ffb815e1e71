package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.cli.Stoa;
import io.stoa.itests.Fixtures;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import io.stoa.testing.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Parameter;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A framework whose tasks are containers of the machine's Docker ENGINE. */
@Timeout(180)
class DockerTasksTest {

    private static final DockerEngine ENGINE = DockerEngine.machines();

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;
    private static BusyboxImage image;
    private static StoaProcess agent;
    private static int port;

    private SchedulerClient client;

    @BeforeAll
    static void start() throws Exception {
        image = new BusyboxImage(Files.createDirectory(directory.resolve("image")));
        port = FreePorts.next();
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
    }

    private static StoaProcess startAgent() throws Exception {
        return cluster.agent(
                "agent",
                "--resources=cpus:4;mem:1024;disk:1024;ports:[" + port + "-" + port + "]",
                "--containerizers=docker,mesos");
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            cluster.close();
        } finally {
            image.close();
        }
    }

    @BeforeEach
    void subscribe() {
        client = cluster.subscribe(framework("f"));
    }

    @AfterEach
    void end() throws Exception {
        cluster.end(client);
        awaitNoContainers();
    }

    private static void awaitNoContainers() {
        await().until(() -> ENGINE.containers(directory.resolve("agent")).isEmpty());
    }

    @Test
    void limitsAndParametersAreTheEngines() throws Exception {
        TaskInfo.Builder task =
                task("t", "exec sleep 1000").putLimits("cpus", scalar(0.2)).putLimits("mem", scalar(64));
        task.getContainerBuilder()
                .getDockerBuilder()
                .addParameters(Parameter.newBuilder().setKey("env").setValue("A=1 2"))
                .addParameters(Parameter.newBuilder().setKey("ulimit").setValue("nofile=77"));
        String limited = launch(task);
        assertThat(ENGINE.inspect(
                        limited,
                        "{{.HostConfig.CpuShares}} {{.HostConfig.CpuQuota}} {{.HostConfig.MemoryReservation}}"
                                + " {{.HostConfig.Memory}} {{.Config.Env}}"))
                .startsWith("102 20000 33554432 67108864 ")
                .contains("A=1 2");
        assertThat(ENGINE.docker("exec", limited, "sh", "-c", "ulimit -n")).isEqualTo("77");
        String unlimited = launch(task("u", "exec sleep 1000")
                .putLimits("cpus", scalar(Double.POSITIVE_INFINITY))
                .putLimits("mem", scalar(Double.POSITIVE_INFINITY)));
        assertThat(ENGINE.inspect(
                        unlimited, "{{.HostConfig.CpuQuota}} {{.HostConfig.MemoryReservation}} {{.HostConfig.Memory}}"))
                .isEqualTo("0 33554432 0");
    }

    @Test
    void taskInANetworkOfItsOwnIsFoundAndChecked() throws Exception {
        TaskInfo.Builder task = task("t", "exec busybox httpd -f -p 8080 -h /")
                .addAllResources(
                        Resources.parse("ports:[" + port + "-" + port + "]").toProto())
                .setHealthCheck(HealthCheck.newBuilder()
                        .setType(HealthCheck.Type.HTTP)
                        .setHttp(HealthCheck.HTTPCheckInfo.newBuilder()
                                .setPort(8080)
                                .setPath("/marker"))
                        .setDelaySeconds(0)
                        .setIntervalSeconds(0.1)
                        .setGracePeriodSeconds(60));
        task.getContainerBuilder()
                .getDockerBuilder()
                .setNetwork(DockerInfo.Network.BRIDGE)
                .addPortMappings(
                        DockerInfo.PortMapping.newBuilder().setHostPort(port).setContainerPort(8080));
        String container = launch(task);
        TaskStatus healthy = client.await(event -> event.getUpdate().getStatus().getHealthy())
                .getUpdate()
                .getStatus();
        String ip = healthy.getContainerStatus()
                .getNetworkInfos(0)
                .getIpAddresses(0)
                .getIpAddress();
        assertThat(ip).isEqualTo(ENGINE.inspect(container, "{{.NetworkSettings.Networks.bridge.IPAddress}}"));
        assertThat(cluster.get("/state").toString()).contains(ip);
        assertThat(get("http://127.0.0.1:" + port + "/marker")).isEqualTo("inside");
    }

    @Test
    void taskInANetworkOfItsUsersHasItsAddressThere() throws Exception {
        String network = "stoa-" + UUID.randomUUID();
        ENGINE.docker("network", "create", network);
        try {
            TaskInfo.Builder task = task("t", "exec sleep 1000");
            task.getContainerBuilder().addNetworkInfosBuilder().setName(network);
            task.getContainerBuilder().getDockerBuilder().setNetwork(DockerInfo.Network.USER);
            String container = launch(task);
            NetworkInfo told = client.awaitState("t", TaskState.TASK_RUNNING)
                    .getContainerStatus()
                    .getNetworkInfos(0);
            String ip =
                    ENGINE.inspect(container, "{{(index .NetworkSettings.Networks \"" + network + "\").IPAddress}}");
            assertThat(told.getName()).isEqualTo(network);
            assertThat(told.getIpAddresses(0).getIpAddress()).isNotEmpty().isEqualTo(ip);
            assertThat(cluster.get("/state").toString()).contains(ip);
        } finally {
            // Nobody may be in a network that is removed.
            cluster.tearDownFrameworks();
            awaitNoContainers();
            ENGINE.docker("network", "rm", network);
        }
    }

    @Test
    void killPolicyIsHonoured() throws Exception {
        launch(task(
                        "polite",
                        "trap 'echo ended; exit 0' TERM; touch $MESOS_SANDBOX/ready; while true; do sleep 0.1; done")
                .setKillPolicy(grace(60)));
        await().until(() -> Files.exists(
                StartedTasks.sandbox(directory.resolve("agent"), "polite").resolve("ready")));
        client.call(Fixtures.kill("polite"));
        assertThat(client.awaitState("polite", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Container exited with status 0");
        launch(task("deaf", "trap '' TERM; while true; do sleep 0.1; done").setKillPolicy(grace(1)));
        client.call(Fixtures.kill("deaf"));
        assertThat(client.awaitState("deaf", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Container exited with status 137");
    }

    @Test
    void taskThatTakesTooLongFails() throws Exception {
        launch(task("t", "exec sleep 1000")
                .setMaxCompletionTime(DurationInfo.newBuilder().setNanoseconds(3_000_000_000L)));
        assertThat(client.awaitState("t", TaskState.TASK_FAILED).getReason())
                .isEqualTo(Reason.REASON_MAX_COMPLETION_TIME_REACHED);
    }

    @Test
    void operatorMeasuresATaskAndRunsACommandInIt() throws Exception {
        String container = launch(task("t", "exec sleep 1000"));
        await().until(() -> agentsGet("/containers")
                        .path(0)
                        .path("statistics")
                        .path("mem_rss_bytes")
                        .asLong()
                > 0);
        JsonNode statistics = await().until(
                        () -> agentsGet("/monitor/statistics").path(0).path("statistics"),
                        known -> known.has("mem_rss_bytes"));
        assertThat(statistics.path("mem_limit_bytes").asLong()).isEqualTo(32L << 20);
        assertThat(statistics.path("cpus_soft_limit").asDouble()).isEqualTo(0.1);

        String id = "{\"value\":\"s\",\"parent\":{\"value\":\"" + container.substring("mesos-".length()) + "\"}}";
        String said = call("{\"type\":\"LAUNCH_NESTED_CONTAINER_SESSION\",\"launch_nested_container_session\":"
                + "{\"container_id\":" + id + ",\"command\":{\"value\":\"cat /marker; exit 5\"}}}");
        assertThat(said).contains(Base64.getEncoder().encodeToString("inside".getBytes(UTF_8)));
        assertThat(call("{\"type\":\"WAIT_CONTAINER\",\"wait_container\":{\"container_id\":" + id + "}}"))
                .contains("\"exit_status\":1280");
        assertThat(exec("sh", "-c", "cat; cat /marker; exit 5")).isEqualTo("inside5");
    }

    /** What {@code stoa exec} says of a command in task t, and its exit status. */
    private String exec(String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("exec", "--master=" + cluster.address(), "t", "--"));
        arguments.addAll(List.of(command));
        try (StoaProcess exec =
                StoaProcess.start(directory.resolve("exec.log"), Stoa.class, arguments.toArray(String[]::new))) {
            int status = exec.await();
            return exec.said() + status;
        }
    }

    @Test
    void agentThatForgotItsTasksEndsThem() throws Exception {
        launch(task("t", "exec sleep 1000"));
        agent.kill();
        Files.delete(directory.resolve("agent/meta/slaves/latest"));
        agent = startAgent();
        awaitNoContainers();
    }

    private static Value.Scalar scalar(double value) {
        return Value.Scalar.newBuilder().setValue(value).build();
    }

    private static KillPolicy grace(int seconds) {
        return KillPolicy.newBuilder()
                .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(seconds * 1_000_000_000L))
                .build();
    }

    private TaskInfo.Builder task(String id, String command) throws Exception {
        Offer offer = client.awaitOpenOffer(candidate -> true);
        return shellTask(id, offer.getAgentId(), command).toBuilder()
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.DOCKER)
                        .setDocker(DockerInfo.newBuilder().setImage(image.name())));
    }

    /** The container's name. */
    private String launch(TaskInfo.Builder task) throws Exception {
        client.launch(client.awaitOpenOffer(candidate -> true), List.of(task.build()));
        TaskStatus status = client.awaitState(task.getTaskId().getValue(), TaskState.TASK_RUNNING);
        return "mesos-" + status.getContainerStatus().getContainerId().getValue();
    }

    private static String agentUrl() throws Exception {
        for (JsonNode known : cluster.get("/slaves").path("slaves")) {
            if (known.path("active").asBoolean()) {
                return "http://127.0.0.1:" + known.path("port").asInt();
            }
        }
        throw new AssertionError("no agent");
    }

    private JsonNode agentsGet(String path) throws Exception {
        return new ObjectMapper().readTree(get(agentUrl() + path));
    }

    private String get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    private String call(String body) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(agentUrl() + "/api/v1"))
                                .header("Content-Type", "application/json")
                                .header("Accept", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
