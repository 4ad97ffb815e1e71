package io.stoa.examples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.examples.Program;
import io.stoa.examples.WorkId;
import io.stoa.proto.v1.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final int MOST = 3;

    private final Tries tries = new Tries();
    private final List<Job> jobs = List.of(new Job("a", new Program(Optional.of("true"), Optional.empty(), 1, 1), 2));

    /** @param tasks ids and states, in turn */
    private void see(Object... tasks) {
        List<Task> seen = new ArrayList<>();
        for (int i = 0; i < tasks.length; i += 2) {
            seen.add(Task.newBuilder()
                    .setTaskId((String) tasks[i])
                    .setState((TaskState) tasks[i + 1])
                    .build());
        }
        tries.see(seen);
    }

    private Progress progress() {
        return Progress.of(jobs, tries, MOST);
    }

    private List<String> waiting() {
        return progress().waiting().stream().map(want -> want.id().toString()).toList();
    }

    @Test
    void everythingWaitsInTheBeginning() {
        assertThat(waiting()).containsExactly("a.0.0", "a.1.0");
        assertThat(progress().isOver()).isFalse();
    }

    @Test
    void whatRunsIsNotLaunchedAgain() {
        see("a.0.0", TaskState.TASK_STAGING, "a.1.0", TaskState.TASK_RUNNING);
        assertThat(waiting()).isEmpty();
        assertThat(progress().running()).isEqualTo(2);
        assertThat(progress().isOver()).isFalse();
    }

    @Test
    void whatFailsIsTriedAgainUnderTheNextIdUntilItWasTriedOftenEnough() {
        see("a.0.0", TaskState.TASK_FINISHED, "a.1.0", TaskState.TASK_FAILED);
        assertThat(waiting()).containsExactly("a.1.1");
        see("a.0.0", TaskState.TASK_FINISHED, "a.1.0", TaskState.TASK_FAILED, "a.1.1", TaskState.TASK_KILLED);
        assertThat(waiting()).containsExactly("a.1.2");
        see("a.0.0", TaskState.TASK_FINISHED, "a.1.2", TaskState.TASK_FAILED);
        assertThat(waiting()).isEmpty();
        assertThat(progress().failed()).containsExactly(new WorkId("a", 1, 2));
        assertThat(progress().finished()).isEqualTo(1);
        assertThat(progress().isOver()).isTrue();
    }

    @Test
    void whatWasSeenToFinishIsDoneThoughItsHostHasGone() {
        see("a.0.0", TaskState.TASK_FINISHED, "a.1.0", TaskState.TASK_RUNNING);
        see();
        assertThat(waiting()).containsExactly("a.1.0");
        assertThat(progress().finished()).isEqualTo(1);
    }

    @Test
    void whatEndedAndIsForgottenByTheClusterCountsStill() {
        see("a.0.0", TaskState.TASK_FINISHED, "a.1.0", TaskState.TASK_FAILED);
        see();
        assertThat(waiting()).containsExactly("a.1.1");
        see("a.1.1", TaskState.TASK_FAILED);
        see("a.1.2", TaskState.TASK_KILLED);
        see();
        assertThat(progress().finished()).isEqualTo(1);
        assertThat(progress().failed()).containsExactly(new WorkId("a", 1, 2));
        assertThat(progress().isOver()).isTrue();
    }

    @Test
    void whatWasLostWithItsHostIsTriedUnderTheNextId() {
        see("a.0.0", TaskState.TASK_RUNNING, "a.1.0", TaskState.TASK_RUNNING);
        tries.see("a.0.0", TaskState.TASK_GONE);
        // The view may be older than the status.
        see("a.0.0", TaskState.TASK_RUNNING, "a.1.0", TaskState.TASK_RUNNING);
        assertThat(waiting()).containsExactly("a.0.1");
    }

    @Test
    void whoComesBackWithItsHostIsSurplusWhereItWasReplacedMeanwhile() {
        see("a.0.0", TaskState.TASK_UNREACHABLE, "a.1.0", TaskState.TASK_UNREACHABLE);
        assertThat(waiting()).containsExactly("a.0.1", "a.1.1");
        see(
                "a.0.0", TaskState.TASK_RUNNING,
                "a.0.1", TaskState.TASK_STAGING,
                "a.1.0", TaskState.TASK_RUNNING,
                "a.1.1", TaskState.TASK_FINISHED);
        assertThat(waiting()).isEmpty();
        assertThat(progress().surplus()).containsExactly(new WorkId("a", 0, 1), new WorkId("a", 1, 0));
    }

    @Test
    void tasksOfOtherNamesCountForNothing() {
        see("b.0.0", TaskState.TASK_RUNNING, "other", TaskState.TASK_RUNNING, "a.7.0", TaskState.TASK_FINISHED);
        assertThat(progress().running()).isZero();
        assertThat(progress().finished()).isZero();
        assertThat(waiting()).hasSize(2);
    }
}
