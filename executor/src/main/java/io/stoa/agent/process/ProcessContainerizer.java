package io.stoa.agent.process;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.fetch.Fetcher;
import io.stoa.agent.isolation.Isolation;
import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs command tasks as plain processes of the host, each under a shim of its own. */
public final class ProcessContainerizer implements Containerizer, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessContainerizer.class);

    /** To hand a command to its shim takes less than a millisecond. */
    private static final int COMMAND_THREADS = 4;

    private final Path runtimeDir;
    private final ShimLauncher launcher;
    private final ShimLoop shims = new ShimLoop();
    private final Fetcher fetcher;
    private final Executor launches;
    /** Commands beside those of tasks: a check that waited behind launches would have failed of that. */
    private final ExecutorService commands = commandThreads();

    private final Isolation isolation;
    private final String ip;

    /**
     * @param runtimeDir where the shim is unpacked to, and what it keeps of containers is
     * @param launches where a launch, which takes some milliseconds, and what follows an end may block
     * @param ip the agent's address, which is also that of its tasks
     * @throws IOException where the shim cannot be unpacked
     */
    public ProcessContainerizer(Path runtimeDir, Fetcher fetcher, Isolation isolation, Executor launches, String ip)
            throws IOException {
        this.runtimeDir = runtimeDir;
        this.isolation = isolation;
        this.launcher = ShimLauncher.unpack(runtimeDir);
        this.fetcher = fetcher;
        this.launches = launches;
        this.ip = ip;
    }

    private static ExecutorService commandThreads() {
        AtomicInteger count = new AtomicInteger();
        return Executors.newFixedThreadPool(COMMAND_THREADS, work -> {
            Thread thread = new Thread(work, "command-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public String name() {
        return "mesos";
    }

    @Override
    public boolean accepts(ContainerSpec spec) {
        return spec.workload().command().isPresent() && spec.workload().bringsNoImage();
    }

    @Override
    public void enclose(ContainerSpec spec) throws IOException {
        isolation.enclose(spec);
        VolumeLinks.make(spec);
    }

    @Override
    public void release(ContainerId id) {
        isolation.destroy(id);
    }

    @Override
    public void attachVolumes(ContainerSpec spec) throws IOException {
        VolumeLinks.make(spec);
        ContainerVolumes.writeSecrets(spec);
    }

    @Override
    public Container launch(ContainerSpec spec, ContainerListener listener) {
        ProcessContainer container = new ProcessContainer(spec, listener, isolation, shims, launches, commands, ip);
        container.launch(launcher, fetcher);
        return container;
    }

    @Override
    public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
        if (!new ShimFiles(spec.runtimeDir()).wasStarted()) {
            return Optional.empty();
        }
        ProcessContainer container = new ProcessContainer(spec, listener, isolation, shims, launches, commands, ip);
        container.recover();
        return Optional.of(container);
    }

    @Override
    public void removeOrphans(Predicate<ContainerId> known) {
        try {
            for (Path directory : Directories.below(runtimeDir.resolve("containers"), 1)) {
                removeOrphans(ContainerId.of(directory.getFileName().toString()), directory, known);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void removeOrphans(ContainerId id, Path directory, Predicate<ContainerId> known) throws IOException {
        for (Path nested : Directories.below(directory.resolve("containers"), 1)) {
            removeOrphans(id.child(nested.getFileName().toString()), nested, known);
        }
        if (known.test(id)) {
            return;
        }
        LOG.info("Orphan removed container={}", id);
        isolation.destroy(id);
        try {
            shims.connect(new ShimFiles(directory), () -> launches.execute(() -> removeTraces(id, directory)))
                    .kill(0);
        } catch (IOException e) {
            // Its shim has ended, or never was.
            removeTraces(id, directory);
        }
    }

    private void removeTraces(ContainerId id, Path directory) {
        isolation.destroy(id);
        try {
            Directories.remove(directory);
        } catch (IOException e) {
            LOG.warn("Cannot remove the runtime directory container={}: {}", id, e.toString());
        }
    }

    @Override
    public Map<ContainerId, ResourceStatistics> usage(Collection<ContainerId> ids) throws IOException {
        return isolation.usage(ids);
    }

    /** Forgets its tasks; they run on. */
    @Override
    public void close() {
        commands.shutdown();
        shims.close();
        // Behind those launches that are under way.
        launches.execute(launcher::close);
    }
}
