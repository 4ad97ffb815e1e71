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
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskState;
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
        assertThat(containers.all()).isEmpty();
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
        assertThat(containers.all()).isEmpty();
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
        assertThat(containers.all()).isEmpty();
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
            ContainerListener listener = listeners.remove(id);
            if (listener != null) {
                listener.ended(new End(TaskState.TASK_FAILED, null, ""));
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
