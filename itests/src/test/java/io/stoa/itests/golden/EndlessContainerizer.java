package io.stoa.itests.golden;

import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import java.util.Optional;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.ContainerStatus;

/**
 * Its containers run, and never end.
 *
 * @param status what it says of each
 */
record EndlessContainerizer(Function<ContainerSpec, ContainerStatus> status) implements Containerizer {

    @Override
    public String name() {
        return "mesos";
    }

    @Override
    public boolean accepts(ContainerSpec spec) {
        return true;
    }

    @Override
    public void attachVolumes(ContainerSpec spec) {}

    @Override
    public Container launch(ContainerSpec spec, ContainerListener listener) {
        listener.starting(status.apply(spec));
        listener.running(status.apply(spec));
        return graceMs -> {};
    }

    @Override
    public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
        return Optional.empty();
    }
}
