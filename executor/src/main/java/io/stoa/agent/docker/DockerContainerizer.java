package io.stoa.agent.docker;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.fetch.Fetcher;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** Runs command tasks as containers of a Docker engine, of which it needs nothing but the socket. */
public final class DockerContainerizer implements Containerizer, AutoCloseable {

    /** For how long an engine may be silent: longer than a busy one takes for a start, or a registry for a layer. */
    private static final long SILENCE_MS = 120_000;

    /** For how long what containers use is waited for. */
    private static final long USAGE_TIMEOUT_MS = 5_000;

    private final EngineAccess access;
    private final Fetcher fetcher;
    private final String ip;
    private final String owner;
    private final Map<ContainerId, DockerContainer> live = new ConcurrentHashMap<>();

    /**
     * @param ip the agent's address, which is also that of tasks on the host's network
     * @param owner what distinguishes this agent, in all its lives, from others that use the engine
     * @throws IOException where no engine answers, with a message for people
     */
    public DockerContainerizer(DockerConfig config, Fetcher fetcher, Time time, String ip, String owner)
            throws IOException {
        this(config, SILENCE_MS, fetcher, time, ip, owner);
    }

    DockerContainerizer(DockerConfig config, long silenceMs, Fetcher fetcher, Time time, String ip, String owner)
            throws IOException {
        this.fetcher = fetcher;
        this.ip = ip;
        this.owner = owner;
        Engine engine = new Engine(config.socket(), time, silenceMs);
        OutputLoop outputs;
        try {
            outputs = new OutputLoop(config.socket());
        } catch (IOException e) {
            engine.close();
            throw e;
        }
        access = EngineAccess.of(engine, outputs, config, owner, time);
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
        if (spec.id().parent().isPresent()) {
            DockerSession session = new DockerSession(spec, listener, access.engine(), access.calls());
            session.launch();
            return session;
        }
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
        DockerContainer container = new DockerContainer(
                spec,
                new Forgetting(spec.id(), listener),
                access,
                new ContainerOptions(spec, owner),
                new ContainerStatuses(spec, ip));
        live.put(spec.id(), container);
        return container;
    }

    private final class Forgetting implements ContainerListener {

        private final ContainerId id;
        private final ContainerListener listener;

        private Forgetting(ContainerId id, ContainerListener listener) {
            this.id = id;
            this.listener = listener;
        }

        @Override
        public void starting(ContainerStatus status) {
            listener.starting(status);
        }

        @Override
        public void running(ContainerStatus status) {
            listener.running(status);
        }

        @Override
        public void ended(End end) {
            live.remove(id);
            listener.ended(end);
        }
    }

    /** Whose they are is told by the engine, so that also those are found of which this host knows nothing any more. */
    @Override
    public void removeOrphans(Predicate<ContainerId> known) {
        access.left().removeOrphans(live::containsKey);
    }

    @Override
    public Map<ContainerId, ResourceStatistics> usage(Collection<ContainerId> ids) {
        Map<ContainerId, CompletableFuture<Optional<ResourceStatistics>>> asked = new HashMap<>();
        for (ContainerId id : ids) {
            DockerContainer container = live.get(id);
            if (container != null) {
                asked.put(
                        id,
                        container.usage().completeOnTimeout(Optional.empty(), USAGE_TIMEOUT_MS, TimeUnit.MILLISECONDS));
            }
        }
        Map<ContainerId, ResourceStatistics> usage = new HashMap<>();
        asked.forEach((id, answer) -> answer.join().ifPresent(found -> usage.put(id, found)));
        return usage;
    }

    /** How many of its tasks wait for an image. */
    int waitingForPulls() {
        return access.engine().waitingForPulls();
    }

    /** Forgets its tasks; they run on. */
    @Override
    public void close() throws IOException {
        access.close();
    }
}
