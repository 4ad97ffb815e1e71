package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.launchGroup;
import static io.stoa.itests.Calls.tearDown;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.sharing;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import io.stoa.testing.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Custom executors and pods on a real agent, as their framework sees them; each test's framework is gone after it. */
@Timeout(180)
class ExecutorsTest {

    private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    private static final String DEAF = "trap '' TERM; touch ready; while :; do sleep 0.1; done";

    @TempDir
    private static Path directory;

    private static int port;
    private static ProcessCluster cluster;
    private static StoaProcess agent;

    private SchedulerClient framework;

    @BeforeAll
    static void start() throws Exception {
        // The way to the sandboxes of other users' tasks.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = FreePorts.next();
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void subscribe() {
        framework = cluster.subscribe(framework("executors"));
    }

    @AfterEach
    void end() throws Exception {
        cluster.end(framework);
    }

    private static StoaProcess startAgent() throws Exception {
        return cluster.agent(
                "agent",
                // Executors look for their agent where it was.
                "--port=" + port,
                IS_ROOT ? "--switch_user" : "--no-switch_user",
                "--resources=cpus:4;mem:4096;disk:1024;ports:[31000-31099]",
                "--executor_registration_timeout=10mins",
                "--executor_reregistration_timeout=10mins");
    }

    /** Returns when nothing is on offer any more that was before. */
    private void restartAgent() throws Exception {
        agent.kill();
        await().until(() -> framework.openOffers().isEmpty());
        agent = startAgent();
    }

    @Test
    void manyTasksRunOnOneExecutorThatOutlivesItsAgent() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        ExecutorInfo.Builder custom = executor("custom", LONG);
        framework.call(accept(offer, launch(taskOf("a", id, custom), taskOf("b", id, custom))));
        awaitRunning("a", "b");
        assertThat(ask(id, "custom", "hello")).isEqualTo("hello");

        restartAgent();
        Offer again = framework.awaitOpenOffer(left -> left.getExecutorIdsList().contains(executorId("custom")));
        framework.call(accept(again, launch(taskOf("c", id, custom))));
        awaitRunning("c");
        framework.call(kill("a"));
        assertThat(framework.awaitState("a", TaskState.TASK_KILLED).getSource())
                .isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);

        say(id, "custom", "exit");
        assertThat(awaitFailure("custom").getStatus()).isEqualTo(3 << 8);
        for (String task : List.of("b", "c")) {
            assertFailedWithItsExecutor(task);
        }
    }

    private void assertFailedWithItsExecutor(String taskId) throws Exception {
        TaskStatus failed = framework.awaitState(taskId, TaskState.TASK_FAILED);
        assertThat(failed.getReason()).isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
        assertThat(failed.getMessage()).isEqualTo("Executor terminated");
    }

    /** The master cannot store it; nobody else may suffer from that. */
    @Test
    void anUpdateOfAnyLengthReachesItsFrameworkWhole() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(offer, launch(taskOf("wordy", id, executor("custom", LONG)))));
        awaitRunning("wordy");

        say(id, "custom", "verbose");
        framework.await(event -> event.getType() == Event.Type.UPDATE
                && event.getUpdate().getStatus().getMessage().length() == ExecutorMain.VERBOSE_CHARACTERS);
        framework.call(kill("wordy"));
        framework.awaitState("wordy", TaskState.TASK_KILLED);
    }

    @Test
    void executorsThatAreShutDownHaveTheirGracePeriods() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(
                offer, launch(taskOf("a", id, executor("polite", LONG)), taskOf("b", id, executor("deaf", SHORT)))));
        awaitRunning("a", "b");
        assertThat(ask(id, "deaf", "deaf")).isEqualTo("deaf");
        shutDown(id, "polite");
        shutDown(id, "deaf");

        assertThat(framework.awaitState("a", TaskState.TASK_KILLED).getSource())
                .isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
        assertThat(awaitFailure("polite").getStatus()).isZero();
        assertThat(awaitFailure("deaf").getStatus()).isEqualTo(9);
        assertFailedWithItsExecutor("b");
    }

    @Test
    void aPodSharesItsFateAndAVolumeAndOutlivesItsAgent() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        ExecutorInfo.Builder pod = executor("pod", LONG);
        framework.call(accept(
                offer,
                launchGroup(
                        pod,
                        sharing(shellTask("web", id, "echo here > shared/file; exec sleep 1000")),
                        sharing(shellTask("sidecar", id, "while [ ! -e shared/stop ]; do sleep 0.1; done; exit 5")))));
        TaskStatus running = framework.awaitState("web", TaskState.TASK_RUNNING);
        assertThat(running.getContainerStatus().getContainerId().hasParent()).isTrue();
        awaitRunning("sidecar");

        restartAgent();
        Offer again = framework.awaitOpenOffer(left -> left.getExecutorIdsList().contains(executorId("pod")));
        framework.call(accept(
                again,
                launchGroup(pod, sharing(shellTask("late", id, "grep -q here shared/file && touch shared/stop")))));

        framework.awaitState("late", TaskState.TASK_FINISHED);
        assertThat(framework.awaitState("sidecar", TaskState.TASK_FAILED).getMessage())
                .isEqualTo("Command exited with status 5");
        assertThat(framework.awaitState("web", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Command terminated with signal Terminated");
        assertThat(awaitFailure("pod").getStatus()).isZero();
        await().until(() -> cpusOnOffer() == 4);
    }

    @Test
    void whatATaskOfAPodHasAndHadIsShown() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(
                offer,
                launchGroup(
                        executor("pod", LONG),
                        shellTask("shown", id, "echo out; while [ ! -e stop ]; do sleep 0.1; done; echo end"))));
        awaitRunning("shown");
        await().untilAsserted(() -> assertThat(cluster.stoa("logs", "shown")).isEqualTo("out\n"));
        assertThat(cluster.stoa("stats", "shown", "--output=json"))
                .contains("\"id\" : \"shown\"")
                .doesNotContain("\"pod\"");

        Files.createFile(sandboxOf("shown").resolve("stop"));
        framework.awaitState("shown", TaskState.TASK_FINISHED);
        restartAgent();
        framework.awaitOpenOffer(any -> true);

        assertThat(cluster.stoa("logs", "shown")).isEqualTo("out\nend\n");
        assertThat(cluster.stoa("files", "shown")).contains(" stop");
    }

    @Test
    void podsThatAreShutDownHaveTheirGracePeriods() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(
                offer,
                launchGroup(executor("patient", LONG), shellTask("polite", id, politely(6))),
                launchGroup(executor("hasty", SHORT), shellTask("deaf", id, DEAF))));
        awaitReady("polite", "deaf");
        shutDown(id, "patient");
        shutDown(id, "hasty");

        assertThat(framework.awaitState("polite", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Command exited with status 6");
        assertThat(framework.awaitState("deaf", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Command terminated with signal Killed");
        assertThat(awaitFailure("patient").getStatus()).isZero();
        assertThat(awaitFailure("hasty").getStatus()).isZero();
    }

    @Test
    void tasksOfAPodHaveKillPolicies() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        ExecutorInfo.Builder pod = executor("pod", LONG);
        framework.call(accept(
                offer,
                launchGroup(pod, patient(shellTask("polite", id, politely(7)), LONG)),
                launchGroup(pod, patient(shellTask("deaf", id, DEAF), SHORT)),
                launchGroup(pod, patient(shellTask("hurried", id, DEAF), LONG))));
        awaitReady("polite", "deaf", "hurried");
        framework.call(kill("polite"));
        framework.call(kill("deaf"));
        Call.Builder hurry = kill("hurried");
        hurry.getKillBuilder().setKillPolicy(killPolicy(SHORT));
        framework.call(hurry);

        assertThat(framework.awaitState("polite", TaskState.TASK_KILLED).getMessage())
                .isEqualTo("Command exited with status 7");
        for (String task : List.of("deaf", "hurried")) {
            assertThat(framework.awaitState(task, TaskState.TASK_KILLED).getMessage())
                    .isEqualTo("Command terminated with signal Killed");
        }
    }

    @Test
    void tasksRunAsTheirUsers() throws Exception {
        Assumptions.assumeTrue(IS_ROOT, "only root runs tasks as somebody else");
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(
                offer,
                launch(nobodys(shellTask("alone", id, "id -un > who"))),
                launchGroup(
                        executor("pod", LONG),
                        nobodys(shellTask("nobodys", id, "id -un > who")),
                        shellTask("frameworks", id, "id -un > who"))));
        for (String task : List.of("alone", "nobodys", "frameworks")) {
            framework.awaitState(task, TaskState.TASK_FINISHED);
        }
        Path alone = StartedTasks.sandbox(directory.resolve("agent"), "alone");
        assertThat(alone.resolve("who")).hasContent("nobody");
        assertThat(sandboxOf("nobodys").resolve("who")).hasContent("nobody");
        assertThat(sandboxOf("frameworks").resolve("who")).hasContent("root");
    }

    @Test
    void nothingIsLeftOfAFrameworkThatIsRemoved() throws Exception {
        Offer offer = framework.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        framework.call(accept(
                offer,
                launch(taskOf("custom", id, executor("custom", LONG)), shellTask("command", id, "sleep 1000; true")),
                launchGroup(
                        executor("pod", LONG),
                        sharing(shellTask("a", id, "sleep 1000 & sleep 1000; wait")),
                        shellTask("b", id, "exec sleep 1000"))));
        awaitRunning("custom", "command", "a", "b");
        Path meta = directory.resolve("agent/meta/slaves/" + id.getValue() + "/frameworks");
        assertThat(StartedTasks.groups(directory.resolve("agent")).isEmpty()).isEqualTo(!IS_ROOT);
        assertThat(meta).isNotEmptyDirectory();

        framework.call(tearDown());
        cluster.awaitNothingRuns();
        await().untilAsserted(() -> {
            assertThat(directory.resolve("agent-run/containers")).isEmptyDirectory();
            assertThat(StartedTasks.groups(directory.resolve("agent"))).isEmpty();
            assertThat(meta).doesNotExist();
            assertThat(cluster.get("/slaves")
                            .path("slaves")
                            .path(0)
                            .path("used_resources")
                            .path("cpus")
                            .asDouble(-1))
                    .isZero();
        });
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

    /** They do as they are to when they are killed. */
    private void awaitReady(String... taskIds) throws Exception {
        awaitRunning(taskIds);
        for (String id : taskIds) {
            Path sandbox = sandboxOf(id);
            await().until(() -> Files.exists(sandbox.resolve("ready")));
        }
    }

    private Event.Failure awaitFailure(String executorId) throws InterruptedException {
        return framework
                .await(event -> event.getFailure().getExecutorId().getValue().equals(executorId))
                .getFailure();
    }

    private static Path sandboxOf(String taskId) throws Exception {
        try (Stream<Path> files = Files.walk(directory.resolve("agent").resolve("slaves"))) {
            return files.filter(file -> file.endsWith("tasks/" + taskId))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow()
                    .toRealPath();
        }
    }

    private void say(AgentID agentId, String executorId, String message) throws Exception {
        framework.call(Call.newBuilder()
                .setType(Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder()
                        .setAgentId(agentId)
                        .setExecutorId(executorId(executorId))
                        .setData(ByteString.copyFromUtf8(message))));
    }

    /** What the first one that is asked says. */
    private String ask(AgentID agentId, String executorId, String message) throws Exception {
        say(agentId, executorId, message);
        return framework
                .await(event -> event.getType() == Event.Type.MESSAGE)
                .getMessage()
                .getData()
                .toStringUtf8();
    }

    private void shutDown(AgentID agentId, String executorId) throws Exception {
        framework.call(Call.newBuilder()
                .setType(Call.Type.SHUTDOWN)
                .setShutdown(Call.Shutdown.newBuilder().setAgentId(agentId).setExecutorId(executorId(executorId))));
    }

    private static ExecutorID executorId(String id) {
        return ExecutorID.newBuilder().setValue(id).build();
    }

    private ExecutorInfo.Builder executor(String id, Duration shutdownGrace) {
        return ExecutorInfo.newBuilder()
                .setExecutorId(executorId(id))
                .setFrameworkId(framework.id())
                .setShutdownGracePeriod(duration(shutdownGrace))
                .addAllResources(Resources.parse("cpus:0.1;mem:256;disk:32").toProto());
    }

    private static TaskInfo taskOf(String id, AgentID agentId, ExecutorInfo.Builder executor) {
        return shellTask(id, agentId, "").toBuilder()
                .clearCommand()
                .setExecutor(executor.setType(ExecutorInfo.Type.CUSTOM).setCommand(ExecutorMain.command()))
                .build();
    }

    /** Ends with this status when it is told to. */
    private static String politely(int status) {
        return "trap 'exit " + status + "' TERM; touch ready; while :; do sleep 0.1; done";
    }

    private static TaskInfo patient(TaskInfo task, Duration grace) {
        return task.toBuilder().setKillPolicy(killPolicy(grace)).build();
    }

    private static KillPolicy killPolicy(Duration grace) {
        return KillPolicy.newBuilder().setGracePeriod(duration(grace)).build();
    }

    private static DurationInfo duration(Duration duration) {
        return DurationInfo.newBuilder().setNanoseconds(duration.toNanos()).build();
    }

    private static TaskInfo nobodys(TaskInfo task) {
        TaskInfo.Builder changed = task.toBuilder();
        changed.getCommandBuilder().setUser("nobody");
        return changed.build();
    }
}
