package io.stoa.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

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

    private void launch(ContainerId id) {
        containers.launch(nothing, spec(id), new ContainerListener() {
            @Override
            public void starting(ContainerStatus status) {}

            @Override
            public void running(ContainerStatus status) {}

            @Override
            public void ended(End end) {}
        });
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
    private static final class Nothing implements Containerizer {

        private final List<ContainerId> killed = new ArrayList<>();
        private final Map<ContainerId, ContainerListener> listeners = new HashMap<>();

        void end(ContainerId id) {
            ContainerListener listener = listeners.remove(id);
            if (listener != null) {
                listener.ended(new End(TaskState.TASK_FAILED, null, ""));
            }
        }

        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public boolean accepts(ContainerSpec spec) {
            return true;
        }

        @Override
        public void attachVolumes(ContainerSpec spec) {}

        @Override
        public Container launch(ContainerSpec spec, ContainerListener listener) {
            listeners.put(spec.id(), listener);
            return graceMs -> killed.add(spec.id());
        }

        @Override
        public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
            return Optional.empty();
        }
    }
}
