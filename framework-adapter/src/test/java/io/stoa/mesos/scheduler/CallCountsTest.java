package io.stoa.mesos.scheduler;

import static io.stoa.mesos.scheduler.SchedulerFixture.accept;
import static io.stoa.mesos.scheduler.SchedulerFixture.framework;
import static io.stoa.mesos.scheduler.SchedulerFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CallCountsTest {

    private final SchedulerFixture fixture = new SchedulerFixture();
    private final FakeStream stream = fixture.subscribe(framework());

    private static Call.Builder call(Call.Type type) {
        return Call.newBuilder().setType(type);
    }

    static Stream<Arguments> calls() {
        TaskID task = TaskID.newBuilder().setValue("t").build();
        AgentID agent = AgentID.newBuilder().setValue("S0").build();
        return Stream.of(
                Arguments.of("launch_tasks", accept("O0", task("t", "cpus:1"))),
                Arguments.of("decline_offers", accept("O0", SchedulerFixture.launch())),
                Arguments.of("decline_offers", call(Call.Type.DECLINE)),
                Arguments.of("revive_offers", call(Call.Type.REVIVE)),
                Arguments.of("suppress_offers", call(Call.Type.SUPPRESS)),
                Arguments.of(
                        "status_update_acknowledgement",
                        call(Call.Type.ACKNOWLEDGE)
                                .setAcknowledge(Call.Acknowledge.newBuilder()
                                        .setAgentId(agent)
                                        .setTaskId(task)
                                        .setUuid(SchedulerFixture.uuid(1)))),
                Arguments.of(
                        "kill_task",
                        call(Call.Type.KILL).setKill(Call.Kill.newBuilder().setTaskId(task))),
                Arguments.of("reconcile_tasks", call(Call.Type.RECONCILE)),
                Arguments.of("reconcile_operations", call(Call.Type.RECONCILE_OPERATIONS)),
                Arguments.of(
                        "framework_to_executor",
                        call(Call.Type.MESSAGE)
                                .setMessage(Call.Message.newBuilder()
                                        .setAgentId(agent)
                                        .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                                        .setData(ByteString.EMPTY))),
                Arguments.of("resource_request", call(Call.Type.REQUEST)),
                Arguments.of("unregister_framework", call(Call.Type.TEARDOWN)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void aCallIsCountedOnceUnderTheNameOfItsMessage(String name, Call.Builder call) {
        Map<String, Double> before = figures();
        fixture.call("M-0000", Optional.of("strange"), call);
        assertThat(figures()).isEqualTo(before);

        fixture.call(stream, call);

        Map<String, Double> expected = new LinkedHashMap<>(before);
        expected.merge("master/messages_" + name, 1.0, Double::sum);
        assertThat(figures()).isEqualTo(expected);
    }

    @Test
    void subscriptionsAreCountedByWhetherTheyHaveAnId() {
        fixture.subscribe(framework(), "M-0000");
        assertThat(figures())
                .containsEntry("master/messages_register_framework", 1.0)
                .containsEntry("master/messages_reregister_framework", 1.0);
        fixture.api.deactivate(new FrameworkId("M-0000"), "strange");
        assertThat(figures()).containsEntry("master/messages_deactivate_framework", 1.0);
    }

    @Test
    void whatExecutorsSayIsCounted() {
        ExecutorKey executor = new ExecutorKey(new AgentId("S0"), new FrameworkId("M-0000"), "e");
        fixture.api.agentEvents().executorMessage(executor, ByteString.EMPTY);
        fixture.api.agentEvents().executorExited(executor, OptionalInt.empty());
        assertThat(figures())
                .containsEntry("master/messages_executor_to_framework", 1.0)
                .containsEntry("master/messages_exited_executor", 1.0);
    }

    /** Of messages alone. */
    private Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        fixture.counts.addTo(figures);
        figures.keySet().removeIf(name -> !name.startsWith("master/messages_"));
        return figures;
    }
}
