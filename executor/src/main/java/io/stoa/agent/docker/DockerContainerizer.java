package io.stoa.agent.docker;

import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.fetch.Fetcher;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ContainerInfo;

/** Runs command tasks as containers of a Docker engine, of which it needs nothing but the socket. */
public final class DockerContainerizer implements Containerizer, AutoCloseable {

    /** For how long an engine may be silent: longer than a busy one takes for a start, or a registry for a layer. */
    private static final long SILENCE_MS = 120_000;

    private final Engine engine;
    private final OutputLoop outputs;
    private final EngineCalls calls;
    private final Fetcher fetcher;
    private final Time time;
    private final String ip;

    /**
     * @param socket the engine's
     * @param ip the agent's address, which is also that of tasks on the host's network
     * @throws IOException where no engine answers, with a message for people
     */
    public DockerContainerizer(Path socket, Fetcher fetcher, Time time, String ip) throws IOException {
        this(socket, SILENCE_MS, fetcher, time, ip);
    }

    DockerContainerizer(Path socket, long silenceMs, Fetcher fetcher, Time time, String ip) throws IOException {
        this.fetcher = fetcher;
        this.time = time;
        this.ip = ip;
        engine = new Engine(socket, time, silenceMs);
        try {
            outputs = new OutputLoop(socket);
        } catch (IOException e) {
            engine.close();
            throw e;
        }
        calls = new EngineCalls(time);
    }

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public boolean accepts(ContainerSpec spec) {
        return spec.workload().command().isPresent()
                && spec.workload()
                        .container()
                        .filter(container -> container.getType() == ContainerInfo.Type.DOCKER)
                        .isPresent();
    }

    /** The mount points are there before, so that they belong to the agent and not to whoever is first in the image. */
    @Override
    public void attachVolumes(ContainerSpec spec) throws IOException {
        for (TaskVolume volume : spec.volumes()) {
            volume.giveToOwnerOf(spec.sandbox());
            Path target = spec.sandbox().resolve(volume.containerPath());
            try {
                Files.createDirectory(target);
            } catch (IOException e) {
                throw new IOException("Failed to create persistent mount point at '" + target + "': " + e, e);
            }
        }
    }

    @Override
    public Container launch(ContainerSpec spec, ContainerListener listener) {
        DockerContainer container = container(spec, listener);
        container.launch(fetcher);
        return container;
    }

    @Override
    public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
        if (!Files.exists(DockerContainer.trace(spec))) {
            return Optional.empty();
        }
        DockerContainer container = container(spec, listener);
        container.recover();
        return Optional.of(container);
    }

    private DockerContainer container(ContainerSpec spec, ContainerListener listener) {
        return new DockerContainer(spec, listener, engine, outputs, calls, time, ip);
    }

    /** Forgets its tasks; they run on. */
    @Override
    public void close() throws IOException {
        calls.close();
        outputs.close();
        engine.close();
    }
}
