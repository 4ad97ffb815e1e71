package io.stoa.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

class TaskRunTest {

    @Test
    void spreadsItsTasksOverOffersAndDeclinesWhatItDoesNotNeed() {
        TaskRun run = subscribed(aRequest(3, "true"));
        List<Call> calls =
                run.handle(offers(anOffer("O1", 0.25, 1000), anOffer("O2", 8, 1000), anOffer("O3", 8, 1000)));
        assertThat(calls)
                .extracting(Call::getType)
                .containsExactly(Call.Type.ACCEPT, Call.Type.ACCEPT, Call.Type.DECLINE);
        assertThat(launched(calls.get(0)))
                .extracting(task -> task.getTaskId().getValue())
                .containsExactly("r-1", "r-2");
        assertThat(launched(calls.get(1)))
                .extracting(task -> task.getTaskId().getValue())
                .containsExactly("r-3");
        assertThat(calls).allMatch(call -> call.getFrameworkId().getValue().equals("F"));
    }

    @Test
    void anOfferThatIsTooSmallIsDeclinedForTheUsualTimeOnly() {
        Call call = subscribed(aRequest(1, "true"))
                .handle(offers(anOffer("O1", 8, 1)))
                .get(0);
        assertThat(call.getType()).isEqualTo(Call.Type.DECLINE);
        assertThat(call.getDecline().hasFilters()).isFalse();
    }

    @Test
    void isDoneWhenAllTasksHaveEndedAndTellsTheWorstExitStatus() {
        TaskRun run = subscribed(aRequest(4, "true"));
        run.handle(offers(anOffer("O1", 8, 1000)));
        run.handle(update("r-1", TaskState.TASK_FAILED, "Command exited with status 3"));
        run.handle(update("r-3", TaskState.TASK_FAILED, "Command exited with status 7"));
        run.handle(update("r-4", TaskState.TASK_LOST, "Agent is gone"));
        assertThat(run.isDone()).isFalse();
        run.handle(update("r-2", TaskState.TASK_FINISHED, "Command exited with status 0"));
        assertThat(run.isDone()).isTrue();
        assertThat(run.exitStatus()).isEqualTo(7);
    }

    @Test
    void aTaskThatEndedWithoutExitStatusCountsAsOne() {
        TaskRun run = subscribed(aRequest(1, "true"));
        run.handle(offers(anOffer("O1", 8, 1000)));
        run.handle(update("r", TaskState.TASK_FAILED, "Command terminated with signal Killed"));
        assertThat(run.exitStatus()).isEqualTo(1);
    }

    @Test
    void acknowledgesWhatHasAUuidAndNothingElse() {
        TaskRun run = subscribed(aRequest(1, "true"));
        run.handle(offers(anOffer("O1", 8, 1000)));
        Call acknowledge = run.handle(update("r", TaskState.TASK_RUNNING, "")).get(0);
        assertThat(acknowledge.getAcknowledge().getUuid()).isEqualTo(ByteString.copyFromUtf8("uuid"));
        assertThat(run.handle(Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(Event.Update.newBuilder()
                                .setStatus(TaskStatus.newBuilder()
                                        .setTaskId(id("r"))
                                        .setState(TaskState.TASK_LOST)))
                        .build()))
                .isEmpty();
        assertThat(run.isDone()).isTrue();
    }

    @Test
    void killEndsWhatRunsAndLaunchesNothingMore() {
        TaskRun run = subscribed(aRequest(3, "true"));
        run.handle(offers(anOffer("O1", 0.25, 1000)));
        run.handle(update("r-1", TaskState.TASK_FINISHED, ""));
        assertThat(run.kill())
                .singleElement()
                .satisfies(call -> assertThat(call.getKill().getTaskId()).isEqualTo(id("r-2")));
        assertThat(run.handle(offers(anOffer("O2", 8, 1000))))
                .extracting(Call::getType)
                .containsExactly(Call.Type.DECLINE);
        run.handle(update("r-2", TaskState.TASK_KILLED, ""));
        assertThat(run.isDone()).isTrue();
        assertThat(run.exitStatus()).isEqualTo(1);
    }

    @Test
    void aSecondSubscriptionAsksForWhatRunsAndRepeatsTheKills() {
        TaskRun run = subscribed(aRequest(2, "true"));
        run.handle(offers(anOffer("O1", 8, 1000)));
        run.handle(update("r-1", TaskState.TASK_FINISHED, ""));

        assertThat(run.handle(subscribed()))
                .singleElement()
                .satisfies(call -> assertThat(call.getReconcile().getTasksList())
                        .extracting(task -> task.getTaskId().getValue())
                        .containsExactly("r-2"));

        run.kill();
        assertThat(run.handle(subscribed()))
                .extracting(Call::getType)
                .containsExactly(Call.Type.RECONCILE, Call.Type.KILL);

        run.handle(update("r-2", TaskState.TASK_KILLED, ""));
        assertThat(run.handle(subscribed())).isEmpty();
    }

    @Test
    void oneWordIsALineForTheShellAndSeveralAreAProgram() {
        TaskInfo line = aRequest(1, "echo $HOME").task(0, agent());
        assertThat(line.getCommand().getShell()).isTrue();
        assertThat(line.getCommand().getValue()).isEqualTo("echo $HOME");
        TaskInfo program = aRequest(1, "echo", "a b").task(0, agent());
        assertThat(program.getCommand().getShell()).isFalse();
        assertThat(program.getCommand().getArgumentsList()).containsExactly("echo", "a b");
    }

    @Test
    void inAContainerTheProgramsNameIsNotAnArgument() {
        TaskInfo task = new RunRequest(
                        "r", "r", 1, 0.1, 32, Optional.of("busybox"), Map.of("K", "V"), List.of("ls", "/"))
                .task(0, agent());
        assertThat(task.getContainer().getDocker().getImage()).isEqualTo("busybox");
        assertThat(task.getCommand().getValue()).isEqualTo("ls");
        assertThat(task.getCommand().getArgumentsList()).containsExactly("/");
        assertThat(task.getCommand().getEnvironment().getVariables(0).getName()).isEqualTo("K");
    }

    private static RunRequest aRequest(int count, String... command) {
        return new RunRequest("r", "r", count, 0.1, 32, Optional.empty(), Map.of(), List.of(command));
    }

    private static TaskRun subscribed(RunRequest request) {
        TaskRun run = new TaskRun(request);
        run.handle(subscribed());
        return run;
    }

    private static Event subscribed() {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("F")))
                .build();
    }

    private static List<TaskInfo> launched(Call call) {
        return call.getAccept().getOperations(0).getLaunch().getTaskInfosList();
    }

    private static Event offers(Offer... offers) {
        return Event.newBuilder()
                .setType(Event.Type.OFFERS)
                .setOffers(Event.Offers.newBuilder().addAllOffers(List.of(offers)))
                .build();
    }

    private static Offer anOffer(String id, double cpus, double memMb) {
        return Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue(id))
                .setFrameworkId(FrameworkID.newBuilder().setValue("F"))
                .setAgentId(agent())
                .setHostname("host")
                .addResources(scalar("cpus", cpus))
                .addResources(scalar("mem", memMb))
                .build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static Event update(String taskId, TaskState state, String message) {
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder()
                        .setStatus(TaskStatus.newBuilder()
                                .setTaskId(id(taskId))
                                .setAgentId(agent())
                                .setState(state)
                                .setMessage(message)
                                .setUuid(ByteString.copyFromUtf8("uuid"))))
                .build();
    }

    private static TaskID id(String value) {
        return TaskID.newBuilder().setValue(value).build();
    }

    private static AgentID agent() {
        return AgentID.newBuilder().setValue("S").build();
    }
}
