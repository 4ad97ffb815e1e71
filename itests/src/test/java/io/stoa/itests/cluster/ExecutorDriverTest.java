package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.itests.DriverJar;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import io.stoa.testing.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An executor on the driver, made for Mesos 1.11, on a real agent. */
@Timeout(180)
class ExecutorDriverTest {

    private static final ExecutorID EXECUTOR =
            ExecutorID.newBuilder().setValue("driven").build();
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path directory;

    private int port;
    private ProcessCluster cluster;
    private StoaProcess agent;

    @BeforeAll
    static void buildTheDriver() throws Exception {
        DriverJar.path();
    }

    @BeforeEach
    void start() throws Exception {
        // The way to the sandboxes of other users' tasks.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = FreePorts.next();
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private StoaProcess startAgent() throws Exception {
        return cluster.agent(
                "agent",
                // Executors look for their agent where it was.
                "--port=" + port,
                "--resources=cpus:4;mem:4096;disk:1024",
                "--executor_registration_timeout=10mins",
                "--executor_reregistration_timeout=10mins");
    }

    @Test
    void itRunsTasksOverARestartOfItsAgentAndEndsWhenItIsShutDown() throws Exception {
        try (SchedulerClient framework = cluster.subscribe(framework("driven"))) {
            Offer offer = framework.awaitOpenOffer(any -> true);
            AgentID id = offer.getAgentId();
            framework.call(accept(offer, launch(task("a", id, framework, LONG), task("b", id, framework, LONG))));
            awaitRunning(framework, "a", "b");
            assertThat(ask(framework, id, "héllo")).isEqualTo("héllo");
            List<ProcessHandle> processes = processes(ask(framework, id, "pids"));

            agent.kill();
            await().until(() -> framework.openOffers().isEmpty());
            agent = startAgent();
            Offer again =
                    framework.awaitOpenOffer(left -> left.getExecutorIdsList().contains(EXECUTOR));
            framework.call(accept(again, launch(task("c", id, framework, LONG))));
            awaitRunning(framework, "c");
            assertThat(ask(framework, id, "reregistered")).isEqualTo("reregistered 1");
            framework.call(kill("a"));
            assertThat(framework.awaitState("a", TaskState.TASK_KILLED).getSource())
                    .isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);

            framework.call(Call.newBuilder()
                    .setType(Call.Type.SHUTDOWN)
                    .setShutdown(Call.Shutdown.newBuilder().setAgentId(id).setExecutorId(EXECUTOR)));
            for (String task : List.of("b", "c")) {
                assertThat(framework.awaitState(task, TaskState.TASK_KILLED).getSource())
                        .isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
            }
            assertThat(framework
                            .await(event -> event.getFailure().getExecutorId().equals(EXECUTOR))
                            .getFailure()
                            .getStatus())
                    .isZero();
            awaitEnd(processes);
        }
    }

    /** Nobody but the driver can do that then. */
    @Test
    void anExecutorThatHasLostItsAgentAndDoesNotEndIsKilledWithItsProcessGroup() throws Exception {
        FrameworkInfo.Builder forgetful = framework("driven").setCheckpoint(false);
        try (SchedulerClient framework = cluster.subscribe(forgetful)) {
            Offer offer = framework.awaitOpenOffer(any -> true);
            AgentID id = offer.getAgentId();
            framework.call(accept(offer, launch(task("a", id, framework, SHORT))));
            awaitRunning(framework, "a");
            List<ProcessHandle> processes = processes(ask(framework, id, "pids"));
            assertThat(ask(framework, id, "deaf")).isEqualTo("deaf");
            assertThat(processes).hasSize(2).allMatch(ProcessHandle::isAlive);

            agent.kill();

            awaitEnd(processes);
        }
    }

    private static TaskInfo task(String id, AgentID agentId, SchedulerClient framework, Duration grace)
            throws Exception {
        return shellTask(id, agentId, "").toBuilder()
                .clearCommand()
                .setExecutor(ExecutorInfo.newBuilder()
                        .setType(ExecutorInfo.Type.CUSTOM)
                        .setExecutorId(EXECUTOR)
                        .setFrameworkId(framework.id())
                        .setCommand(command())
                        .setShutdownGracePeriod(DurationInfo.newBuilder().setNanoseconds(grace.toNanos()))
                        .addAllResources(
                                Resources.parse("cpus:0.1;mem:256;disk:32").toProto()))
                .build();
    }

    private static CommandInfo command() throws Exception {
        List<String> command = DriverClassPath.command(DriverExecutorMain.class);
        // As long as the agent waits for it, it would wait between two attempts.
        Environment.Variable often = Environment.Variable.newBuilder()
                .setName("MESOS_SUBSCRIPTION_BACKOFF_MAX")
                .setValue("2secs")
                .build();
        return CommandInfo.newBuilder()
                .setEnvironment(Environment.newBuilder().addVariables(often))
                .setShell(false)
                .setValue(command.get(0))
                .addAllArguments(command)
                .build();
    }

    private static void awaitRunning(SchedulerClient framework, String... taskIds) throws InterruptedException {
        for (String id : taskIds) {
            framework.awaitState(id, TaskState.TASK_RUNNING);
        }
    }

    /** What the executor answers, which begins with what it was told. */
    private static String ask(SchedulerClient framework, AgentID agentId, String message) throws Exception {
        framework.call(Call.newBuilder()
                .setType(Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder()
                        .setAgentId(agentId)
                        .setExecutorId(EXECUTOR)
                        .setData(ByteString.copyFromUtf8(message))));
        return framework
                .await(event -> event.getType() == Event.Type.MESSAGE
                        && event.getMessage().getData().toStringUtf8().startsWith(message))
                .getMessage()
                .getData()
                .toStringUtf8();
    }

    private static List<ProcessHandle> processes(String pids) {
        return Stream.of(pids.split(" ", -1))
                .skip(1)
                .map(Long::parseLong)
                .map(ProcessHandle::of)
                .flatMap(Optional::stream)
                .toList();
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        await().untilAsserted(() -> assertThat(processes).hasSize(2).noneMatch(ProcessHandle::isAlive));
    }
}
