package io.stoa.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.ContainerListener.End;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.Test;

class ContainersTest {

    private static final ContainerId ROOT = ContainerId.of("root");
    private static final int MAX_ENDED = 1_000;
    private static final ContainerListener IGNORED = new ContainerListener() {
        @Override
        public void starting(ContainerStatus status) {}

        @Override
        public void running(ContainerStatus status) {}

        @Override
        public void ended(End end) {}
    };

    private final Nothing nothing = new Nothing();
    private final Containers containers = new Containers(List.of(nothing));

    @Test
    void onlyTheLastEndsAreRemembered() {
        launch(ROOT);
        for (int i = 0; i <= MAX_ENDED; i++) {
            launch(ROOT.child("n" + i));
            nothing.end(ROOT.child("n" + i));
        }
        assertThat(containers.find(ROOT.child("n0"))).isEmpty();
        assertThat(containers.find(ROOT.child("n1")))
                .hasValueSatisfying(child -> assertThat(child.isLive()).isFalse());
        assertThat(containers.all()).hasSize(1 + MAX_ENDED);
    }

    @Test
    void itsEndIsToldAfterThoseOfItsChildren() {
        launch(ROOT);
        launch(ROOT.child("n"));
        LiveContainer root = containers.find(ROOT).orElseThrow();
        nothing.end(ROOT);
        assertThat(nothing.killed).containsExactly(ROOT.child("n"));
        assertThat(root.isLive()).isTrue();
        nothing.end(ROOT.child("n"));
        assertThat(root.isLive()).isFalse();
        assertThat(containers.all()).noneMatch(LiveContainer::isLive);
    }

    @Test
    void whatIsKilledByTheEndOfWhatItIsInSaysSo() {
        launch(ROOT);
        launch(ROOT.child("killed"));
        launch(ROOT.child("done"));
        nothing.end(
                ROOT,
                new End(TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LIMITATION_MEMORY, "Memory limit exceeded"));
        nothing.end(ROOT.child("killed"), new End(TaskState.TASK_KILLED, null, "killed", OptionalInt.of(9)));
        nothing.end(ROOT.child("done"), new End(TaskState.TASK_FINISHED, null, "done", OptionalInt.of(0)));
        assertThat(endOf("killed"))
                .isEqualTo(new End(
                        TaskState.TASK_FAILED,
                        Reason.REASON_CONTAINER_LIMITATION_MEMORY,
                        "Memory limit exceeded",
                        OptionalInt.of(9)));
        assertThat(endOf("done").reason()).isNull();
    }

    /** Known also when the root has ended. */
    private End endOf(String child) {
        assertThat(containers.find(ROOT)).isEmpty();
        return containers.find(ROOT.child(child)).orElseThrow().end().join();
    }

    @Test
    void whatIsKilledByAnEndThatHasNoReasonSaysSo() {
        launch(ROOT);
        launch(ROOT.child("n"));
        nothing.end(ROOT, new End(TaskState.TASK_FINISHED, null, "Command exited with status 0"));
        nothing.end(ROOT.child("n"), new End(TaskState.TASK_KILLED, null, "killed", OptionalInt.of(9)));
        End end = endOf("n");
        assertThat(end.reason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
        assertThat(end.message()).isEqualTo("The container around it has ended: Command exited with status 0");
    }

    @Test
    void whatHasNoProcessEndsWithWhatIsInIt() throws Exception {
        containers.enclose(spec(ROOT));
        launch(ROOT.child("n"));
        containers.find(ROOT).orElseThrow().signal(9);
        assertThat(nothing.killed).containsExactly(ROOT.child("n"));
        containers.release(ROOT);
        assertThat(containers.find(ROOT)).isPresent();
        nothing.end(ROOT.child("n"));
        assertThat(containers.all()).noneMatch(LiveContainer::isLive);
    }

    @Test
    void whatNeverRanIsALaunchError() {
        launch(ROOT);
        nothing.end(ROOT);
        assertThat(containers.launchErrors()).isEqualTo(1);
    }

    @Test
    void aParentsEndDoesNotWaitForAChildThatCannotBeLaunched() {
        launch(ROOT);
        LiveContainer root = containers.find(ROOT).orElseThrow();
        nothing.obstacle = () -> {
            nothing.end(ROOT);
            throw new IllegalStateException("No process");
        };
        assertThatThrownBy(() -> launch(ROOT.child("n"))).hasMessage("No process");
        assertThat(root.isLive()).isFalse();
        assertThat(containers.all()).isEmpty();
    }

    @Test
    void aParentsEndDoesNotWaitForAChildOfWhichNothingIsLeft() {
        launch(ROOT);
        LiveContainer root = containers.find(ROOT).orElseThrow();
        nothing.obstacle = () -> nothing.end(ROOT);
        assertThat(containers.recover(spec(ROOT.child("n")), IGNORED)).isEmpty();
        assertThat(root.isLive()).isFalse();
        assertThat(containers.all()).isEmpty();
    }

    @Test
    void nothingIsLaunchedInWhatEndsOrHasEnded() {
        launch(ROOT);
        LiveContainer root = containers.find(ROOT).orElseThrow();
        launch(ROOT.child("n"));
        nothing.end(ROOT);
        assertThatThrownBy(() -> launch(ROOT.child("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Parent container root does not exist");
        nothing.end(ROOT.child("n"));
        assertThat(root.isLive()).isFalse();
        assertThatThrownBy(() -> launch(ROOT.child("later"))).hasMessage("Parent container root does not exist");
        assertThat(containers.all()).noneMatch(LiveContainer::isLive);
    }

    private void launch(ContainerId id) {
        containers.launch(nothing, spec(id), IGNORED);
    }

    private static ContainerSpec spec(ContainerId id) {
        return new ContainerSpec(
                id,
                "f",
                new Workload(id.value(), Optional.empty(), Optional.empty(), List.of(), Map.of()),
                Path.of("sandbox"),
                Path.of("runtime"),
                Map.of(),
                Optional.empty(),
                List.of());
    }

    /** Runs nothing; containers end when the test says so. */
    private static final class Nothing extends IdleContainerizer {

        private final List<ContainerId> killed = new ArrayList<>();
        private final Map<ContainerId, ContainerListener> listeners = new HashMap<>();
        /** What happens in the midst of a launch, or when something is taken up. */
        private Runnable obstacle = () -> {};

        void end(ContainerId id) {
            end(id, new End(TaskState.TASK_FAILED, null, ""));
        }

        void end(ContainerId id, End how) {
            ContainerListener listener = listeners.remove(id);
            if (listener != null) {
                listener.ended(how);
            }
        }

        @Override
        public Container launch(ContainerSpec spec, ContainerListener listener) {
            obstacle.run();
            listeners.put(spec.id(), listener);
            return graceMs -> killed.add(spec.id());
        }

        @Override
        public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
            obstacle.run();
            return super.recover(spec, listener);
        }
    }
}
