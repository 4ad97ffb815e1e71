package io.stoa.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.client.resources.Resources;
import io.stoa.examples.Program;
import io.stoa.examples.WorkId;
import io.stoa.proto.v1.Task;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.Test;

class FleetTest {

    private static final RestartDelay DELAY = new RestartDelay(1_000, 8_000);
    private static final List<Service> SERVICES =
            List.of(new Service("web", new Program(Optional.of("true"), Optional.empty(), 1, 1), 1, 0));

    private static TaskStatus status(String id, TaskState state, long atMs) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setState(state)
                .setTimestamp(atMs / 1_000.0)
                .setUuid(ByteString.copyFromUtf8(id + state))
                .build();
    }

    private static Instance instance(String id, TaskState state, int failures, long claimedAtMs, long endedAtMs) {
        return new Instance(
                WorkId.parse(id).orElseThrow(),
                "agent",
                state,
                Resources.EMPTY,
                failures,
                claimedAtMs,
                Optional.of(status(id, state, endedAtMs)));
    }

    private static Fleet fleet(long nowMs, Instance... tries) {
        return Fleet.of(SERVICES, List.of(tries), Set.of(), DELAY, nowMs);
    }

    @Test
    void oneThatFailedIsMissingAfterAWhileThatDoublesUpToALimit() {
        Stream.of(new int[] {0, 1_000}, new int[] {1, 2_000}, new int[] {2, 4_000}, new int[] {3, 8_000}, new int[] {
                    50, 8_000
                })
                .forEach(expected -> {
                    Instance failed = instance("web.0.4", TaskState.TASK_FAILED, expected[0], 10_000, 10_100);
                    assertThat(fleet(10_200, failed).missing())
                            .containsExactly(new Missing(
                                    SERVICES.get(0), new WorkId("web", 0, 5), expected[0] + 1, 10_100 + expected[1]));
                });
    }

    @Test
    void oneThatRanForLongBeginsAnew() {
        Instance failed = instance("web.0.4", TaskState.TASK_FINISHED, 7, 10_000, 18_001);
        assertThat(fleet(20_000, failed).missing())
                .extracting(Missing::failures, Missing::notBeforeMs)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(1, 19_001L));
    }

    @Test
    void oneThatWasKilledOrLostIsMissingAtOnce() {
        for (TaskState state : List.of(TaskState.TASK_KILLED, TaskState.TASK_GONE, TaskState.TASK_UNREACHABLE)) {
            assertThat(fleet(20_000, instance("web.0.4", state, 3, 10_000, 10_100))
                            .missing())
                    .containsExactly(new Missing(SERVICES.get(0), new WorkId("web", 0, 5), 0, 0));
        }
    }

    @Test
    void anEndThatIsDatedInTheFutureIsNow() {
        Instance failed = instance("web.0.0", TaskState.TASK_FAILED, 0, 10_000, 12_000);
        assertThat(fleet(10_500, failed).missing().get(0).notBeforeMs()).isEqualTo(11_500);
    }

    @Test
    void anEndIsSettledWhenTheNextTryIsThereAndNotBefore() {
        Instance failed = instance("web.0.0", TaskState.TASK_FAILED, 0, 10_000, 10_100);
        assertThat(fleet(10_200, failed).settled()).isEmpty();
        Instance next = instance("web.0.1", TaskState.TASK_STAGING, 1, 11_100, 11_100);
        assertThat(fleet(11_200, failed, next).settled())
                .containsExactly(status("web.0.0", TaskState.TASK_FAILED, 10_100));
        Instance failedToo = instance("web.0.1", TaskState.TASK_FAILED, 1, 11_100, 11_200);
        assertThat(fleet(11_300, failed, failedToo).settled())
                .containsExactly(status("web.0.0", TaskState.TASK_FAILED, 10_100));
    }

    @Test
    void anEndOnAnAgentThatDrainsIsSettledAtOnceAndWaitsStill() {
        Instance failed = instance("web.0.4", TaskState.TASK_FAILED, 0, 10_000, 10_100);
        Fleet draining = Fleet.of(SERVICES, List.of(failed), Set.of("agent"), DELAY, 10_200);
        assertThat(draining.settled()).containsExactly(status("web.0.4", TaskState.TASK_FAILED, 10_100));
        assertThat(draining.missing())
                .containsExactly(new Missing(SERVICES.get(0), new WorkId("web", 0, 5), 1, 11_100));
        assertThat(Fleet.of(SERVICES, List.of(failed), Set.of("another"), DELAY, 10_200)
                        .settled())
                .isEmpty();
        assertThat(fleet(10_300).missing())
                .containsExactly(new Missing(SERVICES.get(0), new WorkId("web", 0, 0), 0, 0));
    }

    @Test
    void endsThatNobodyWaitsForAreSettledAtOnce() {
        Instance surplus = instance("web.1.0", TaskState.TASK_KILLED, 0, 10_000, 10_100);
        Instance unknown = instance("old.0.0", TaskState.TASK_FINISHED, 0, 10_000, 10_100);
        assertThat(fleet(10_200, surplus, unknown).settled()).hasSize(2);
    }

    @Test
    void whatAnotherInstanceHasToKnowIsInTheTask() {
        Labels.Builder labels = Labels.newBuilder();
        Instance.labels(3, 12_345)
                .forEach((key, value) ->
                        labels.addLabels(Label.newBuilder().setKey(key).setValue(value)));
        Task task = Task.newBuilder()
                .setTaskId("web.0.4")
                .setAgentId("agent")
                .setState(TaskState.TASK_RUNNING)
                .setLabels(labels)
                .build();
        assertThat(Instance.of(task))
                .contains(new Instance(
                        new WorkId("web", 0, 4),
                        "agent",
                        TaskState.TASK_RUNNING,
                        Resources.EMPTY,
                        3,
                        12_345,
                        Optional.empty()));
        assertThat(Instance.of(task.toBuilder().setTaskId("somebody-else").build()))
                .isEmpty();
    }
}
