package org.apache.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.driver.Threads;
import io.stoa.driver.executor.ExecutorSettings;
import io.stoa.driver.http.ScriptedServer.Request;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class MesosExecutorDriverTest {

    private static final Map<String, String> CHECKPOINTING = Map.of(
            "MESOS_CHECKPOINT", "1", "MESOS_RECOVERY_TIMEOUT", "15mins", "MESOS_SUBSCRIPTION_BACKOFF_MAX", "200ms");
    private static final String REGISTERED =
            "registered default-1 of golden-executor on " + ScriptedAgent.AGENT_ID + " at localhost";

    private final ScriptedAgent agent = new ScriptedAgent();
    private final HeardCallbacks executor = new HeardCallbacks();
    private final CountDownLatch killed = new CountDownLatch(1);
    /** So long that an end which comes at all was not that of the patience. */
    private long lastCallsMs = TimeUnit.DAYS.toMillis(1);

    private final List<MesosExecutorDriver> drivers = new ArrayList<>();

    MesosExecutorDriverTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        drivers.forEach(MesosExecutorDriver::stop);
        agent.close();
    }

    @Test
    void subscribesAsARecordedExecutorDid() throws Exception {
        started(Map.of("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "token"));

        Request subscribe = agent.awaitSubscribe();

        assertThat(subscribe.line()).isEqualTo("POST /slave(1)/api/v1/executor HTTP/1.1");
        assertThat(subscribe.body()).isEqualTo(ScriptedAgent.recorded("SUBSCRIBE"));
        assertThat(subscribe.header("Authorization")).isEqualTo("Bearer token");
    }

    @Test
    void recordedEventsBecomeCallbacksInOrder() throws Exception {
        registered(Map.of());
        agent.tell(ScriptedAgent.recorded("LAUNCH_GROUP"));
        agent.tell(ScriptedAgent.recorded("MESSAGE"));
        agent.tell(ScriptedAgent.recorded("KILL"));

        assertThat(executor.next()).isEqualTo("launch a");
        assertThat(executor.next()).isEqualTo("launch b");
        assertThat(executor.next()).startsWith("message ");
        assertThat(executor.next()).startsWith("kill ");
    }

    @Test
    void anUpdateSaysWhoseItIsAndIsNotSaidAgainOnceAcknowledged() throws Exception {
        MesosExecutorDriver driver = registered(CHECKPOINTING);

        assertThat(driver.sendStatusUpdate(status("a", TaskState.TASK_RUNNING).toBuilder()
                        .setExecutorId(Protos.ExecutorID.newBuilder().setValue("another"))
                        .setMessage("täxt")
                        .build()))
                .isEqualTo(Status.DRIVER_RUNNING);
        Call call = agent.call(202, "");
        var status = call.getUpdate().getStatus();

        assertThat(call.getExecutorId().getValue()).isEqualTo("default-1");
        assertThat(call.getType()).isEqualTo(Call.Type.UPDATE);
        assertThat(status.getTaskId().getValue()).isEqualTo("a");
        assertThat(status.getState()).isEqualTo(org.apache.mesos.v1.Protos.TaskState.TASK_RUNNING);
        assertThat(status.getSource()).isEqualTo(org.apache.mesos.v1.Protos.TaskStatus.Source.SOURCE_EXECUTOR);
        assertThat(status.getAgentId().getValue()).isEqualTo(ScriptedAgent.AGENT_ID);
        assertThat(status.getExecutorId().getValue()).isEqualTo("default-1");
        assertThat(status.getMessage()).isEqualTo("täxt");
        assertThat(status.getUuid().size()).isEqualTo(16);
        assertThat(status.getUuid().byteAt(6) >> 4).isEqualTo(4);
        assertThat(status.getTimestamp()).isCloseTo(System.currentTimeMillis() / 1e3, within(60));

        agent.acknowledge(call.getUpdate());
        agent.message("after the acknowledgement");
        executor.next();
        agent.die();
        agent.restart();

        assertThat(ScriptedAgent.call(agent.awaitSubscribe()).getSubscribe().getUnacknowledgedUpdatesCount())
                .isZero();
    }

    @Test
    void whatIsNotAcknowledgedIsSaidAgainToAnAgentThatComesBack() throws Exception {
        MesosExecutorDriver driver = registered(CHECKPOINTING);
        agent.tell(ScriptedAgent.recorded("LAUNCH_GROUP"));
        executor.next();
        executor.next();
        driver.sendStatusUpdate(status("a", TaskState.TASK_STARTING));
        driver.sendStatusUpdate(status("a", TaskState.TASK_RUNNING));
        Call first = agent.call(202, "");
        Call second = agent.call(202, "");
        agent.acknowledge(first.getUpdate());
        agent.message("after the acknowledgement");
        executor.next();
        agent.die();
        driver.sendStatusUpdate(status("b", TaskState.TASK_FINISHED));
        agent.restart();

        Call.Subscribe subscribe = ScriptedAgent.call(agent.awaitSubscribe()).getSubscribe();
        agent.admit();

        assertThat(subscribe.getUnacknowledgedTasksList())
                .extracting(task -> task.getTaskId().getValue())
                .containsExactly("b");
        assertThat(subscribe.getUnacknowledgedUpdatesList())
                .extracting(update -> update.getStatus().getTaskId().getValue() + " "
                        + update.getStatus().getState())
                .containsExactly("a TASK_RUNNING", "b TASK_FINISHED");
        assertThat(subscribe.getUnacknowledgedUpdates(0)).isEqualTo(second.getUpdate());
        assertThat(executor.next()).isEqualTo("reregistered on " + ScriptedAgent.AGENT_ID);
        driver.sendStatusUpdate(status("a", TaskState.TASK_FAILED));
        assertThat(agent.call(202, "").getUpdate().getStatus().getTaskId().getValue())
                .isEqualTo("a");
    }

    @Test
    void anUpdateFromBeforeTheFirstRegistrationIsSentAfterIt() throws Exception {
        MesosExecutorDriver driver = started(Map.of());
        agent.awaitSubscribe();
        driver.sendStatusUpdate(status("early", TaskState.TASK_RUNNING));
        agent.admit();

        assertThat(agent.call(202, "").getUpdate().getStatus().getTaskId().getValue())
                .isEqualTo("early");
    }

    @Test
    void anUpdateThatTheAgentDoesNotTakeIsSaidAgainBySubscribing() throws Exception {
        MesosExecutorDriver driver = registered(Map.of());
        driver.sendStatusUpdate(status("a", TaskState.TASK_RUNNING));
        agent.call(503, "Agent has not finished recovery");

        assertThat(ScriptedAgent.call(agent.awaitSubscribe()).getSubscribe().getUnacknowledgedUpdatesList())
                .hasSize(1);
        agent.admit();
        assertThat(executor.next()).isEqualTo("reregistered on " + ScriptedAgent.AGENT_ID);
    }

    @Test
    void messagesToTheFrameworkAreSent() throws Exception {
        MesosExecutorDriver driver = registered(Map.of());

        driver.sendFrameworkMessage("hello".getBytes(StandardCharsets.UTF_8));

        Call call = agent.call(202, "");
        assertThat(call.getType()).isEqualTo(Call.Type.MESSAGE);
        assertThat(call.getMessage().getData().toStringUtf8()).isEqualTo("hello");
    }

    @Test
    void aStagingStatusAbortsTheDriver() throws Exception {
        MesosExecutorDriver driver = registered(Map.of());

        driver.sendStatusUpdate(status("a", TaskState.TASK_STAGING));

        assertThat(executor.next()).isEqualTo("error Attempted to send TASK_STAGING status update");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
    }

    @Test
    void anAgentThatIsNotReadyIsAskedAgain() throws Exception {
        started(Map.of());
        agent.awaitSubscribe();
        agent.refuse(503, "Agent has not finished recovery");
        agent.awaitSubscribe();
        agent.refuse(404, "");
        agent.awaitSubscribe();
        agent.admit();

        assertThat(executor.next()).isEqualTo(REGISTERED);
    }

    @Test
    void anAgentThatRefusesTheExecutorIsAnError() throws Exception {
        MesosExecutorDriver driver = started(Map.of());
        agent.awaitSubscribe();
        agent.refuse(403, "Not you");

        assertThat(executor.next()).isEqualTo("error SUBSCRIBE is answered with 403 (Not you)");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
    }

    @Test
    void anAgentThatDoesNotKnowTheExecutorAnyMoreEndsIt() throws Exception {
        registered(CHECKPOINTING);
        agent.die();
        agent.restart();
        agent.awaitSubscribe();
        agent.refuse(400, "Executor cannot be found");

        assertThat(executor.next()).isEqualTo("shutdown");
    }

    @Test
    void anAgentThatEndsItsExecutorsMaySayNothingElse() throws Exception {
        registered(CHECKPOINTING);
        agent.die();
        agent.restart();
        agent.awaitSubscribe();
        agent.stream().beginStream("");
        agent.tell(Event.newBuilder().setType(Event.Type.SHUTDOWN));
        agent.stream().endStream();

        assertThat(executor.next()).isEqualTo("shutdown");
    }

    @Test
    void anErrorOfTheAgentAbortsTheDriver() throws Exception {
        MesosExecutorDriver driver = registered(Map.of());
        agent.tell(Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage("no")));
        agent.message("not heard");

        assertThat(executor.next()).isEqualTo("error no");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(driver.sendFrameworkMessage(new byte[0])).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(executor.isEmpty()).isTrue();
    }

    @Test
    void withoutCheckpointsTheExecutorEndsWithItsAgent() throws Exception {
        MesosExecutorDriver driver = registered(Map.of("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "100ms"));
        agent.die();

        assertThat(executor.next()).isEqualTo("shutdown");
        killed.await();
        assertThat(driver.stop()).isEqualTo(Status.DRIVER_STOPPED);
    }

    @Test
    void anAgentThatIsNotThereAtTheBeginningEndsTheExecutor() throws Exception {
        agent.die();
        started(CHECKPOINTING);

        assertThat(executor.next()).isEqualTo("shutdown");
    }

    @Test
    void anAgentThatDoesNotComeBackInTimeEndsTheExecutor() throws Exception {
        Map<String, String> impatient = Map.of(
                "MESOS_CHECKPOINT", "1",
                "MESOS_RECOVERY_TIMEOUT", "500ms",
                "MESOS_SUBSCRIPTION_BACKOFF_MAX", "50ms",
                "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "100ms");
        registered(impatient);
        agent.die();

        assertThat(executor.next()).isEqualTo("shutdown");
        killed.await();
    }

    @Test
    void anExecutorThatIsShutDownCanStillSayHowItsTasksEnd() throws Exception {
        MesosExecutorDriver driver = registered(Map.of());
        executor.react((itsDriver, line) -> {
            itsDriver.sendStatusUpdate(status("a", TaskState.TASK_KILLED));
            itsDriver.stop();
        });
        agent.tell(Event.newBuilder().setType(Event.Type.SHUTDOWN));
        CompletableFuture<Status> end = CompletableFuture.supplyAsync(driver::join);
        Call last = agent.awaitCall();

        assertThat(executor.next()).isEqualTo("shutdown");
        assertThat(last.getUpdate().getStatus().getState()).isEqualTo(org.apache.mesos.v1.Protos.TaskState.TASK_KILLED);
        assertThat(end).isNotDone();
        agent.answer(202, "");
        assertThat(Patience.join(end)).isEqualTo(Status.DRIVER_STOPPED);
        agent.stream().awaitClose();
        assertThat(killed.getCount()).isEqualTo(1);
    }

    @Test
    void anExecutorThatDoesNotShutDownIsKilled() throws Exception {
        MesosExecutorDriver driver = registered(Map.of("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "100ms"));
        CountDownLatch never = new CountDownLatch(1);
        executor.react((itsDriver, line) -> Threads.await(never));
        agent.tell(Event.newBuilder().setType(Event.Type.SHUTDOWN));

        assertThat(executor.next()).isEqualTo("shutdown");
        killed.await();
        never.countDown();
        agent.message("not heard");
        assertThat(driver.sendFrameworkMessage(new byte[0])).isEqualTo(Status.DRIVER_RUNNING);
        agent.call(202, "");
        assertThat(executor.isEmpty()).isTrue();
    }

    @Test
    void aLocalExecutorKillsNobody() throws Exception {
        MesosExecutorDriver driver =
                registered(Map.of("MESOS_LOCAL", "", "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "0ms"));
        agent.tell(Event.newBuilder().setType(Event.Type.SHUTDOWN));

        assertThat(executor.next()).isEqualTo("shutdown");
        assertThat(driver.stop()).isEqualTo(Status.DRIVER_STOPPED);
        driver.join();
        assertThat(killed.getCount()).isEqualTo(1);
    }

    @Test
    void whateverACallbackThrowsAbortsTheDriver() throws Exception {
        for (Throwable thrown : List.of(new IllegalStateException("x"), new StackOverflowError(), new Exception("y"))) {
            MesosExecutorDriver driver = registered(Map.of());
            executor.react((itsDriver, line) -> Threads.sneak(thrown));
            agent.message("throw");

            assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
            assertThat(executor.next()).isEqualTo("message throw");
            executor.react((itsDriver, line) -> {});
            driver.stop();
        }
    }

    @Test
    void whatWasSentBeforeACallbackThrewReachesTheAgent() throws Exception {
        MesosExecutorDriver driver = registered(Map.of());
        executor.react((itsDriver, line) -> {
            itsDriver.sendStatusUpdate(status("a", TaskState.TASK_RUNNING));
            Threads.sneak(new IllegalStateException("x"));
        });
        agent.message("throw");
        CompletableFuture<Status> end = CompletableFuture.supplyAsync(driver::join);
        Call last = agent.awaitCall();

        assertThat(last.getUpdate().getStatus().getState())
                .isEqualTo(org.apache.mesos.v1.Protos.TaskState.TASK_RUNNING);
        assertThat(end).isNotDone();
        agent.answer(202, "");
        assertThat(Patience.join(end)).isEqualTo(Status.DRIVER_ABORTED);
    }

    @Test
    void anAbortInsideACallbackEndsTheRestOfItsGroup() throws Exception {
        MesosExecutorDriver driver = registered(Map.of());
        executor.react((itsDriver, line) -> itsDriver.abort());
        agent.tell(ScriptedAgent.recorded("LAUNCH_GROUP"));

        assertThat(executor.next()).isEqualTo("launch a");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(driver.stop()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(driver.stop()).isEqualTo(Status.DRIVER_STOPPED);
        assertThat(executor.isEmpty()).isTrue();
    }

    @Test
    void aTaskThatIsLaunchedTwiceBeforeItsFirstAcknowledgementStartsOnce() throws Exception {
        registered(Map.of());
        agent.tell(ScriptedAgent.recorded("LAUNCH_GROUP"));
        agent.tell(ScriptedAgent.recorded("LAUNCH_GROUP"));
        agent.message("end");

        assertThat(List.of(executor.next(), executor.next(), executor.next()))
                .containsExactly("launch a", "launch b", "message end");
    }

    @Test
    void aStopThatCannotBeHeardIsNotWaitedForLong() throws Exception {
        lastCallsMs = 1_000;
        MesosExecutorDriver driver = registered(Map.of());
        driver.sendStatusUpdate(status("a", TaskState.TASK_FINISHED));
        agent.awaitCall();

        driver.stop();

        assertThat(CompletableFuture.supplyAsync(driver::join).get()).isEqualTo(Status.DRIVER_STOPPED);
    }

    @Test
    void aDriverThatWasNotStartedDoesNothing() {
        MesosExecutorDriver driver = driver(agent.environment(Map.of()));

        assertThat(driver.stop()).isEqualTo(Status.DRIVER_NOT_STARTED);
        assertThat(driver.abort()).isEqualTo(Status.DRIVER_NOT_STARTED);
        assertThat(driver.join()).isEqualTo(Status.DRIVER_NOT_STARTED);
        assertThat(driver.sendFrameworkMessage(new byte[0])).isEqualTo(Status.DRIVER_NOT_STARTED);
    }

    @Test
    void withoutAnAgentsEnvironmentTheDriverDoesNotStart() {
        MesosExecutorDriver nowhere = driver(Map.of());
        MesosExecutorDriver confused = driver(agent.environment(Map.of("MESOS_RECOVERY_TIMEOUT", "soon")));

        assertThatThrownBy(nowhere::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Expecting 'MESOS_SLAVE_ID' to be set in the environment");
        assertThatThrownBy(confused::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Failed to parse value 'soon' of 'MESOS_RECOVERY_TIMEOUT':"
                        + " Invalid duration 'soon' (expected: such as 5secs)");
    }

    private MesosExecutorDriver registered(Map<String, String> environment) throws Exception {
        MesosExecutorDriver driver = started(environment);
        agent.awaitSubscribe();
        agent.admit();
        assertThat(executor.next()).isEqualTo(REGISTERED);
        return driver;
    }

    private MesosExecutorDriver started(Map<String, String> environment) {
        MesosExecutorDriver driver = driver(agent.environment(environment));
        drivers.add(driver);
        assertThat(driver.start()).isEqualTo(Status.DRIVER_RUNNING);
        return driver;
    }

    private MesosExecutorDriver driver(Map<String, String> environment) {
        return new MesosExecutorDriver(
                executor, () -> new ExecutorSettings(environment, lastCallsMs), killed::countDown);
    }

    private static TaskStatus status(String task, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setState(state)
                .build();
    }

    private static org.assertj.core.data.Offset<Double> within(double seconds) {
        return org.assertj.core.data.Offset.offset(seconds);
    }
}
