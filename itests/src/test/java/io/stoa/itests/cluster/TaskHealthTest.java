package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.stoa.itests.Fixtures;
import io.stoa.itests.SchedulerClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Environment.Variable;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Secret;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A framework that has its tasks checked, on a cluster of real processes and containers. */
@Timeout(120)
class TaskHealthTest {

    private static final int EVER = 100_000;

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;
    private static StoaProcess agent;

    private SchedulerClient client;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void subscribe() {
        client = cluster.subscribe(
                framework("f").addCapabilities(Fixtures.capability(Capability.Type.TASK_KILLING_STATE)));
    }

    private static StoaProcess startAgent() throws Exception {
        return cluster.agent("agent", "--resources=cpus:4;mem:1024;disk:1024", "--containerizers=mesos,docker");
    }

    @AfterEach
    void end() throws Exception {
        cluster.end(client);
    }

    @Test
    void commandTellsHealthAlsoAfterTheAgentWasKilled() throws Exception {
        HealthCheck.Builder check = command("test \"$MESOS_TASK_ID\" = commands && test -e $FILE");
        check.getCommandBuilder().getEnvironmentBuilder().addVariables(secret("FILE", "good"));
        launch("commands", health(check, EVER));
        awaitHealth(0, false);
        Path good = sandbox("commands").resolve("good");
        Files.createFile(good);
        awaitHealth(0, true);

        agent.kill();
        Files.delete(good);
        int before = client.events().size();
        agent = startAgent();
        TaskStatus unhealthy = awaitHealth(before, false);
        assertThat(unhealthy.getState()).isEqualTo(TaskState.TASK_RUNNING);
        Files.createFile(good);
        awaitHealth(client.events().indexOf(lastOf(unhealthy)), true);
        assertThat(cluster.get("/state").toString()).contains("\"healthy\":true");
    }

    private Event lastOf(TaskStatus status) {
        return client.events().stream()
                .filter(event -> event.getUpdate().getStatus().equals(status))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void taskThatFailsItsHttpCheckIsKilled() throws Exception {
        AtomicInteger status = new AtomicInteger(399);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        try {
            launch(
                    "http",
                    health(
                            HealthCheck.newBuilder()
                                    .setType(HealthCheck.Type.HTTP)
                                    .setHttp(HealthCheck.HTTPCheckInfo.newBuilder()
                                            .setPort(server.getAddress().getPort())
                                            .setPath("/health")),
                            2));
            awaitHealth(0, true);
            status.set(400);
            awaitHealth(0, false);
            client.awaitState("http", TaskState.TASK_KILLING);
            TaskStatus killed = client.awaitState("http", TaskState.TASK_KILLED);
            assertThat(killed.hasHealthy()).isTrue();
            assertThat(killed.getHealthy()).isFalse();
            assertThat(killed.getMessage()).isEqualTo("Command terminated with signal Terminated");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void checkTellsWhetherSomebodyListens() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            launch(
                    "tcp",
                    TaskInfo.newBuilder()
                            .setCheck(CheckInfo.newBuilder()
                                    .setType(CheckInfo.Type.TCP)
                                    .setTcp(CheckInfo.Tcp.newBuilder().setPort(listener.getLocalPort()))
                                    .setDelaySeconds(0)
                                    .setIntervalSeconds(0.1)));
            assertThat(client.awaitState("tcp", TaskState.TASK_RUNNING).hasCheckStatus())
                    .isTrue();
            awaitListening(true);
        }
        awaitListening(false);
    }

    @Test
    void commandIsRunInADockerContainer() throws Exception {
        try (BusyboxImage image = new BusyboxImage(Files.createDirectory(directory.resolve("image")))) {
            TaskInfo.Builder task = health(command("cat /marker >/dev/null && test -e /mnt/mesos/sandbox/good"), EVER)
                    .setContainer(ContainerInfo.newBuilder()
                            .setType(ContainerInfo.Type.DOCKER)
                            .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage(image.name())));
            launch("docker", task);
            awaitHealth(0, false);
            Files.createFile(sandbox("docker").resolve("good"));
            awaitHealth(0, true);
            // The image goes with this test.
            client.call(Fixtures.kill("docker"));
            client.awaitState("docker", TaskState.TASK_KILLED);
        }
    }

    private static HealthCheck.Builder command(String command) {
        return HealthCheck.newBuilder()
                .setType(HealthCheck.Type.COMMAND)
                .setCommand(CommandInfo.newBuilder().setValue(command));
    }

    private static TaskInfo.Builder health(HealthCheck.Builder check, int consecutiveFailures) {
        return TaskInfo.newBuilder()
                .setHealthCheck(check.setDelaySeconds(0)
                        .setIntervalSeconds(0.1)
                        .setGracePeriodSeconds(0)
                        .setConsecutiveFailures(consecutiveFailures));
    }

    private void launch(String id, TaskInfo.Builder checks) throws Exception {
        Offer offer = client.awaitOpenOffer(candidate -> true);
        AgentID agentId = offer.getAgentId();
        client.launch(
                offer,
                List.of(shellTask(id, agentId, "exec sleep 1000").toBuilder()
                        .mergeFrom(checks.buildPartial())
                        .build()));
    }

    private static Variable secret(String name, String value) {
        return Variable.newBuilder()
                .setName(name)
                .setType(Variable.Type.SECRET)
                .setSecret(Secret.newBuilder()
                        .setType(Secret.Type.VALUE)
                        .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8(value))))
                .build();
    }

    private static Path sandbox(String taskId) throws Exception {
        return StartedTasks.sandbox(directory.resolve("agent"), taskId);
    }

    /** @param behind how many events came before */
    private TaskStatus awaitHealth(int behind, boolean healthy) throws Exception {
        return client.await(event -> client.events().indexOf(event) >= behind
                        && event.getUpdate().getStatus().getReason() == Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED
                        && event.getUpdate().getStatus().getHealthy() == healthy)
                .getUpdate()
                .getStatus();
    }

    private void awaitListening(boolean listening) throws Exception {
        client.await(event -> event.getUpdate().getStatus().getReason() == Reason.REASON_TASK_CHECK_STATUS_UPDATED
                && event.getUpdate().getStatus().getCheckStatus().getTcp().getSucceeded() == listening);
    }
}
