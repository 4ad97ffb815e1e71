package io.stoa.agent;

import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.LiveContainer;
import io.stoa.agent.container.NestedSandboxes;
import io.stoa.agent.docker.DockerContainerizer;
import io.stoa.agent.executor.ExecutorHttpHandler;
import io.stoa.agent.executor.LiveExecutors;
import io.stoa.agent.executor.TaskHost;
import io.stoa.agent.fetch.UriFetcher;
import io.stoa.agent.http.AgentEndpoints;
import io.stoa.agent.http.AgentReport;
import io.stoa.agent.http.AgentSource;
import io.stoa.agent.http.ContainerOrders;
import io.stoa.agent.isolation.Isolation;
import io.stoa.agent.link.MasterLink;
import io.stoa.agent.link.MasterSource;
import io.stoa.agent.process.ProcessContainerizer;
import io.stoa.agent.recovery.AgentIdentity;
import io.stoa.agent.recovery.HostBoot;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.sandbox.SandboxCollector;
import io.stoa.agent.sandbox.SharedSandbox;
import io.stoa.agent.task.TaskView;
import io.stoa.agent.volume.Volumes;
import io.stoa.flags.ServerFlags;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpServer;
import io.stoa.http.files.AttachedPaths;
import io.stoa.libprocess.LocalProcesses;
import io.stoa.libprocess.TransportCounts;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.Endpoint;
import io.stoa.state.resources.Resources;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running agent: the only place that wires its parts. */
public final class Agent implements AgentSource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** A launch takes a few milliseconds of a process' start and of the disk. */
    private static final int LAUNCH_THREADS = 8;

    private static final int CLOSE_TIMEOUT_SECONDS = 10;

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean closed;
    private final SystemTime time;
    private final AgentLoop loop = new AgentLoop(ended::completeExceptionally);
    private final ExecutorService launches = launchThreads();
    private final UriFetcher fetcher;
    private final Isolation isolation;
    private final Containers containers;
    private final ContainerOrders orders;
    private final List<AutoCloseable> closeables = new ArrayList<>();
    private final AgentConfig config;
    private final HttpServer server;
    private final int port;
    private final AgentPaths paths;
    private final WorkDirLock lock;
    private final long startedMs;
    private final long startedMonotonicMs;
    private volatile long recoveryMs;
    private final SandboxCollector sandboxes;
    private final HostBoot boot;
    private final RecoveryErrors recoveryErrors;
    private final AttachedPaths attached = new AttachedPaths();
    private final AgentIdentity identity;
    private final Volumes volumes;
    private final LiveExecutors executors;
    private final AgentCore core;
    private final MasterLink link;
    private final TransportCounts messageCounts = new TransportCounts();
    private final FrameworkMessages messages;

    private Agent(AgentConfig config, WorkDirLock lock, AgentPaths paths, SystemTime time, HttpServer server)
            throws IOException {
        this.config = config;
        this.paths = paths;
        this.lock = lock;
        this.time = time;
        this.server = server;
        this.fetcher = new UriFetcher(config.upkeep().fetching(), time);
        this.startedMs = time.epochMs();
        this.startedMonotonicMs = time.monotonicMs();
        closeables.add(server);
        int port = config.address().port();
        this.port = port == 0 ? server.address().getPort() : port;
        sandboxes = new SandboxCollector(config.upkeep().sandboxes(), paths, launches, time, loop);
        boot = HostBoot.current();
        recoveryErrors = config.recovery().strict() ? RecoveryErrors.strict() : RecoveryErrors.lenient(paths);
        identity = AgentIdentity.load(
                paths,
                info(),
                new AgentIdentity.Predecessor(
                        config.recovery().policy(),
                        config.address().listen().getPort() == 0,
                        boot.isOtherThan(paths.bootFile())),
                recoveryErrors);
        volumes = Volumes.load(paths, Resources.of(identity.info().getResourcesList()), recoveryErrors, launches, loop);
        isolation = Isolation.of(
                config.running().isolation(),
                HostResources.probe(paths.workDir()).memoryBytes(),
                time);
        List<Containerizer> containerizers = new ArrayList<>();
        for (String name : config.running().containerizers()) {
            containerizers.add(containerizer(name));
        }
        containers = new Containers(containerizers, nestedSandboxes());
        orders = new ContainerOrders(containers, paths, config.running().switchUser(), launches);
        String ip = config.address().ip();
        executors = new LiveExecutors(
                new TaskHost(
                        paths,
                        containers,
                        ip + ":" + this.port,
                        config.running().switchUser(),
                        config.running().executors(),
                        launches,
                        volumes),
                this::offer,
                time,
                loop,
                run -> sandboxes.schedule(paths.sandbox(run)));
        closeables.add(executors);
        Endpoint endpoint = Endpoint.newBuilder().setIp(ip).setPort(this.port).build();
        messages = new FrameworkMessages(loop, executors::message, executors::askFor);
        core = new AgentCore(identity, executors, volumes, endpoint, this::named, this::end);
        link = new MasterLink(
                MasterSource.of(config.master().address()), config.master().registrationBackoffMs(), time, loop, core);
    }

    /**
     * Starts an agent: takes up the tasks of its last life, then looks for its master.
     *
     * @throws IOException where a directory cannot be used, with a message for people
     * @throws IllegalArgumentException where the configuration is wrong, likewise
     * @throws IllegalStateException where the work directory is that of another agent, likewise
     */
    public static Agent start(AgentConfig config) throws IOException {
        AgentPaths paths =
                new AgentPaths(config.places().workDir(), config.places().runtimeDir());
        Directories.make(paths.workDir());
        Directories.make(paths.runtimeDir());
        WorkDirLock lock =
                WorkDirLock.take(paths.metaDir(), "Another agent uses the work directory " + paths.workDir());
        SystemTime time = new SystemTime();
        HttpServer server = null;
        Agent agent;
        try {
            server = new HttpServer(
                    config.address().listen(), AgentEndpoints.recovering(), List.of(), HttpLimits.STANDARD, time);
            agent = new Agent(config, lock, paths, time, server);
        } catch (IOException | RuntimeException e) {
            if (server != null) {
                server.close();
            }
            time.close();
            lock.close();
            throw e;
        }
        try {
            agent.begin(paths);
        } catch (IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
        return agent;
    }

    private void begin(AgentPaths paths) throws IOException {
        long beganMs = time.monotonicMs();
        Optional<String> id = identity.id();
        if (id.isPresent()) {
            named(id.get());
            onLoop(() -> executors.recover(id.get(), recoveryErrors));
        }
        orders.recover(recoveryErrors);
        removeOrphans();
        boot.save(paths.bootFile());
        onLoop(() -> sandboxes.open(id, this::isUsed));
        recoveryMs = time.monotonicMs() - beganMs;
        Path shown = Files.createDirectories(paths.sandboxes());
        attached.attach(paths.sandboxes().toString(), shown);
        // The same where no link leads there. It is what /files/debug says of them.
        attached.attach(shown.toRealPath().toString(), shown);
        Optional<Path> log = ServerFlags.logFile(config.running().flags(), "agent");
        if (log.isPresent()) {
            attached.attach("/slave/log", log.get());
        }
        AgentEndpoints endpoints = new AgentEndpoints(
                new AgentEndpoints.Parts(
                        this, orders, containers::usage, new ExecutorHttpHandler(executors, identity::info, loop)),
                config.running().flags(),
                attached,
                time);
        closeables.add(endpoints);
        server.serve(endpoints.routes());
        LocalProcesses processes = new LocalProcesses(messageCounts);
        processes.register(AgentEndpoints.PROCESS, messages);
        server.divert(processes);
        onLoop(executors::awaitExecutors);
        onLoop(config.recovery().cleanup() ? () -> core.shutDown("Started to clean up only") : link::open);
        LOG.info(
                "Agent started hostname={} resources={}",
                identity.info().getHostname(),
                Resources.of(identity.info().getResourcesList()));
    }

    /** But those of other agents of this host, which may have the same runtime directory. */
    private void removeOrphans() throws IOException {
        Set<String> own = paths.containers();
        Set<String> known =
                CompletableFuture.supplyAsync(executors::containers, loop).join();
        containers.removeOrphans(container -> !own.contains(container.root().value())
                || (container.parent().isEmpty() && known.contains(container.value())));
    }

    private boolean isUsed(Path sandbox) {
        return executors.isKnown(sandbox.getFileName().toString())
                || containers.all().stream()
                        .filter(LiveContainer::isLive)
                        .anyMatch(container -> container.spec().sandbox().equals(sandbox));
    }

    private NestedSandboxes nestedSandboxes() {
        return new NestedSandboxes() {
            @Override
            public void taken(SharedSandbox around, Path sandbox) {
                loop.execute(() -> sandboxes.unschedule(sandbox));
            }

            @Override
            public void left(SharedSandbox around, Path sandbox) {
                loop.execute(() -> sandboxes.schedule(around, sandbox));
            }
        };
    }

    private AgentInfo info() throws IOException {
        AgentConfig.Offer offer = config.offer();
        Resources resources =
                HostResources.probe(config.places().workDir()).complete(offer.resources(), offer.defaultRole());
        DiskSources.check(resources, paths);
        AgentInfo.Builder info = AgentInfo.newBuilder()
                .setHostname(config.address().hostname())
                .setPort(port)
                .addAllResources(resources.toProto())
                .addAllAttributes(offer.attributes());
        offer.domain().ifPresent(info::setDomain);
        return info.build();
    }

    private Containerizer containerizer(String name) throws IOException {
        String ip = config.address().ip();
        if (name.equals("docker")) {
            DockerContainerizer docker = new DockerContainerizer(
                    config.running().docker(),
                    fetcher,
                    time,
                    ip,
                    paths.workDir().toString());
            closeables.add(docker);
            return docker;
        }
        ProcessContainerizer processes = new ProcessContainerizer(paths.runtimeDir(), fetcher, isolation, launches, ip);
        closeables.add(processes);
        return processes;
    }

    private static ExecutorService launchThreads() {
        AtomicInteger count = new AtomicInteger();
        return Executors.newFixedThreadPool(LAUNCH_THREADS, work -> {
            Thread thread = new Thread(work, "launch-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private boolean offer(AgentMessage message) {
        return link.offer(message);
    }

    /** Shows sandboxes under a second path, as Mesos does, in which neither the agent's id is nor that of a run. */
    private void named(String id) {
        Path frameworks = paths.sandboxes().resolve(id).resolve("frameworks");
        try {
            attached.attach("/frameworks", Files.createDirectories(frameworks));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end(AgentCore.Ending ending) {
        if (ending.failure()) {
            ended.completeExceptionally(new IllegalStateException(ending.reason()));
        } else {
            ended.complete(null);
        }
    }

    /** Leaves for good: the master gives its tasks up at once, and when they have ended this agent is to be closed. */
    public void unregister() {
        loop.execute(() -> {
            link.leave();
            core.shutDown("Unregistered");
        });
    }

    /** Completes when this agent is to be closed: its master wants it, or, exceptionally, it cannot go on. */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** The id that its master gave; empty before the first registration. */
    public CompletableFuture<Optional<String>> id() {
        return CompletableFuture.supplyAsync(identity::id, loop);
    }

    /** The tasks of this agent, ended ones first. */
    public CompletableFuture<List<TaskView>> tasks() {
        return CompletableFuture.supplyAsync(executors::view, loop);
    }

    /** Port of its HTTP endpoints, for others. */
    public int port() {
        return port;
    }

    @Override
    public CompletableFuture<AgentReport> report() {
        return CompletableFuture.supplyAsync(
                () -> new AgentReport(
                        current(),
                        "slave(1)@" + config.address().ip() + ":" + port,
                        core.masterHostname(),
                        startedMs,
                        config.running().flags(),
                        paths,
                        executors.views()),
                loop);
    }

    @Override
    public Containers containers() {
        return containers;
    }

    /** What it says of itself, with what was made of its resources. */
    private AgentInfo current() {
        return identity.info().toBuilder()
                .clearResources()
                .addAllResources(volumes.total().toProto())
                .build();
    }

    @Override
    public CompletableFuture<SortedMap<String, Double>> figures() {
        return CompletableFuture.supplyAsync(this::collect, loop);
    }

    private SortedMap<String, Double> collect() {
        SortedMap<String, Double> figures = new AgentFigures(
                        current(), executors, link.isRegistered(), time.monotonicMs() - startedMonotonicMs)
                .collect();
        figures.put("slave/recovery_errors", (double) recoveryErrors.count());
        figures.put("slave/recovery_time_secs", recoveryMs / 1e3);
        figures.put("slave/container_launch_errors", (double) containers.launchErrors());
        messageCounts.addTo(figures);
        server.counts().addTo(figures);
        messages.addTo(figures);
        sandboxes.addTo(figures);
        fetcher.addTo(figures);
        return figures;
    }

    /** Ends the agent; its tasks run on and are taken up by its next life. One that has ended takes no notice. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        loop.execute(link::close);
        loop.execute(sandboxes::close);
        loop.close();
        for (AutoCloseable part : closeables) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("Not closed properly part={}", part, e);
            }
        }
        fetcher.close();
        launches.shutdown();
        awaitEnd(launches);
        isolation.close();
        time.close();
        lock.close();
    }

    /** Whether it left anything running; known when it is closed. */
    public boolean hasLiveContainers() {
        return containers.all().stream().anyMatch(LiveContainer::isLive);
    }

    static void awaitEnd(ExecutorService threads) {
        try {
            if (!threads.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Work is still under way after seconds={}", CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Step {

        void run() throws IOException;
    }

    private void onLoop(Step step) throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                step.run();
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
