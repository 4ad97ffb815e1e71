package io.stoa.agent.process;

import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.fetch.Fetcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.ContainerInfo;

/** Runs command tasks as plain processes of the host, each under a shim of its own. */
public final class ProcessContainerizer implements Containerizer, AutoCloseable {

    private final ShimProgram program;
    private final ShimLoop shims = new ShimLoop();
    private final Fetcher fetcher;
    private final Executor launches;
    private final String ip;

    /**
     * @param runtimeDir where the shim is unpacked to
     * @param launches where a launch, which takes some milliseconds, and what follows an end may block
     * @param ip the agent's address, which is also that of its tasks
     * @throws IOException where the shim cannot be unpacked
     */
    public ProcessContainerizer(Path runtimeDir, Fetcher fetcher, Executor launches, String ip) throws IOException {
        this.program = ShimProgram.unpack(runtimeDir);
        this.fetcher = fetcher;
        this.launches = launches;
        this.ip = ip;
    }

    @Override
    public String name() {
        return "mesos";
    }

    @Override
    public boolean accepts(ContainerSpec spec) {
        return spec.workload().command().isPresent()
                && spec.workload()
                        .container()
                        .map(container -> container.getType() == ContainerInfo.Type.MESOS
                                && !container.getMesos().hasImage())
                        .orElse(true);
    }

    @Override
    public void attachVolumes(ContainerSpec spec) throws IOException {
        VolumeLinks.make(spec);
    }

    @Override
    public Container launch(ContainerSpec spec, ContainerListener listener) {
        ProcessContainer container = new ProcessContainer(spec, listener, shims, launches, ip);
        container.launch(program, fetcher);
        return container;
    }

    @Override
    public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
        if (!new ShimFiles(spec.runtimeDir()).wasStarted()) {
            return Optional.empty();
        }
        ProcessContainer container = new ProcessContainer(spec, listener, shims, launches, ip);
        launches.execute(container::recover);
        return Optional.of(container);
    }

    /** Forgets its tasks; they run on. */
    @Override
    public void close() {
        shims.close();
    }
}
