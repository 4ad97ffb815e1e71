package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.launchGroup;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Custom executors and pods on a real agent, as their framework sees them. */
@Timeout(180)
class ExecutorsTest {

    @TempDir
    Path directory;

    private final int port = FreePorts.inARow(1);
    private ProcessCluster cluster;
    private StoaProcess agent;
    private SchedulerClient framework;

    @BeforeEach
    void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
        framework = cluster.subscribe(framework("executors"));
    }

    @AfterEach
    void stop() throws Exception {
        try {
            framework.close();
        } finally {
            cluster.close();
        }
    }

    private StoaProcess startAgent() throws Exception {
        return cluster.agent(
                "agent",
                // Executors look for their agent where it was.
                "--port=" + port,
                "--resources=cpus:4;mem:4096;disk:1024;ports:[31000-31099]",
                "--executor_registration_timeout=20secs",
                "--executor_reregistration_timeout=20secs");
    }

    /** Returns when nothing is on offer any more that was before. */
    private void restartAgent() throws Exception {
        agent.kill();
        await().atMost(ProcessCluster.PATIENCE)
                .until(() -> framework.openOffers().isEmpty());
        agent = startAgent();
    }

    @Test
    void manyTasksRunOnOneExecutorThatOutlivesItsAgent() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(offer, launch(taskOf("a", id), taskOf("b", id))));
        awaitRunning("a", "b");

        say(id, "hello");
        Event said = framework.await(event -> event.getType() == Event.Type.MESSAGE);
        assertThat(said.getMessage().getData().toStringUtf8()).isEqualTo("hello");

        restartAgent();
        Offer again = framework.awaitOpenOffer(left -> left.getExecutorIdsList().contains(executorId("custom")));
        framework.call(accept(again, launch(taskOf("c", id))));
        awaitRunning("c");
        framework.call(kill("a"));
        assertThat(framework.awaitState("a", TaskState.TASK_KILLED).getSource())
                .isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);

        say(id, "exit");
        assertThat(awaitFailure("custom").getFailure().getStatus()).isEqualTo(768);
        for (String task : List.of("b", "c")) {
            TaskStatus failed = framework.awaitState(task, TaskState.TASK_FAILED);
            assertThat(failed.getReason()).isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
            assertThat(failed.getMessage()).isEqualTo("Executor terminated");
        }
    }

    @Test
    void aPodSharesItsFateAndOutlivesItsAgent() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(
                offer,
                group(
                        shellTask("web", id, "echo here > file; exec sleep 1000"),
                        shellTask("sidecar", id, "while [ ! -e ../../tasks/web/stop ]; do sleep 0.1; done; exit 5"))));
        TaskStatus running = framework.awaitState("web", TaskState.TASK_RUNNING);
        assertThat(running.getContainerStatus().getContainerId().hasParent()).isTrue();
        awaitRunning("sidecar");

        restartAgent();
        framework.awaitOpenOffer(left -> left.getExecutorIdsList().contains(executorId("pod")));
        Files.createFile(sandboxOf("web").resolve("stop"));

        assertThat(framework.awaitState("sidecar", TaskState.TASK_FAILED).getMessage())
                .isEqualTo("Command exited with status 5");
        assertThat(framework.awaitState("web", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Command terminated with signal Terminated");
        assertThat(awaitFailure("pod").getFailure().getStatus()).isZero();
        await().atMost(ProcessCluster.PATIENCE).until(() -> cpusOnOffer() == 4);
    }

    /** What comes free comes beside what is on offer already. */
    private double cpusOnOffer() {
        return framework.openOffers().stream()
                .flatMap(offer -> offer.getResourcesList().stream())
                .filter(resource -> resource.getName().equals("cpus"))
                .mapToDouble(resource -> resource.getScalar().getValue())
                .sum();
    }

    private void awaitRunning(String... taskIds) throws InterruptedException {
        for (String id : taskIds) {
            framework.awaitState(id, TaskState.TASK_RUNNING);
        }
    }

    private Event awaitFailure(String executorId) throws InterruptedException {
        return framework.await(
                event -> event.getFailure().getExecutorId().getValue().equals(executorId));
    }

    private Path sandboxOf(String taskId) throws Exception {
        try (Stream<Path> files = Files.walk(directory.resolve("agent").resolve("slaves"))) {
            return files.filter(file -> file.endsWith("tasks/" + taskId))
                    .findFirst()
                    .orElseThrow()
                    .toRealPath();
        }
    }

    private void say(AgentID agentId, String message) throws Exception {
        framework.call(Call.newBuilder()
                .setType(Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder()
                        .setAgentId(agentId)
                        .setExecutorId(executorId("custom"))
                        .setData(ByteString.copyFromUtf8(message))));
    }

    private static ExecutorID executorId(String id) {
        return ExecutorID.newBuilder().setValue(id).build();
    }

    private TaskInfo taskOf(String id, AgentID agentId) {
        return shellTask(id, agentId, "").toBuilder()
                .clearCommand()
                .setExecutor(ExecutorInfo.newBuilder()
                        .setType(ExecutorInfo.Type.CUSTOM)
                        .setExecutorId(executorId("custom"))
                        .setFrameworkId(framework.id())
                        .addAllResources(Resources.parse("cpus:0.5;mem:512").toProto())
                        .setCommand(ExecutorMain.command()))
                .build();
    }

    private Offer.Operation.Builder group(TaskInfo... tasks) {
        return launchGroup(
                ExecutorInfo.newBuilder()
                        .setExecutorId(executorId("pod"))
                        .setFrameworkId(framework.id())
                        .addAllResources(
                                Resources.parse("cpus:0.1;mem:32;disk:32").toProto()),
                tasks);
    }
}
