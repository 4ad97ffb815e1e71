package io.stoa.agent.container;

import java.util.Optional;

/** Takes anything, and runs nothing: what a test is about it says itself. */
public abstract class IdleContainerizer implements Containerizer {

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean accepts(ContainerSpec spec) {
        return true;
    }

    @Override
    public void attachVolumes(ContainerSpec spec) {}

    @Override
    public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
        return Optional.empty();
    }
}
