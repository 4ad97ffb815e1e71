package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.Workload;
import io.stoa.agent.fetch.Fetcher;
import io.stoa.agent.isolation.Isolation;
import io.stoa.agent.isolation.IsolationConfig;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.TaskInfo;

/** A host with a process containerizer, whose fetches complete at once or when the test says so. */
final class ProcessFixture implements AutoCloseable {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");

    private static final int LAUNCH_THREADS = 4;
    private static final long HOST_MEMORY_BYTES = 8L << 30;

    private final Path directory;
    private final ExecutorService launches = Executors.newFixedThreadPool(LAUNCH_THREADS);
    private final SystemTime time = new SystemTime();
    private final Isolation isolation;
    private final ProcessContainerizer containerizer;
    private CompletableFuture<Void> fetching = CompletableFuture.completedFuture(null);
    private Fetcher fetcher = (uris, destination) -> fetching;

    /** Without cgroups. */
    ProcessFixture(Path directory) throws IOException {
        this(directory, IsolationConfig.STANDARD.posix());
    }

    ProcessFixture(Path directory, IsolationConfig config) throws IOException {
        this.directory = directory;
        isolation = Isolation.of(config, HOST_MEMORY_BYTES, time);
        containerizer = new ProcessContainerizer(
                directory.resolve("run"),
                (uris, destination) -> fetcher.fetch(uris, destination),
                isolation,
                launches,
                "127.0.0.1");
    }

    Isolation isolation() {
        return isolation;
    }

    void enclose(ContainerSpec pod) throws IOException {
        containerizer.enclose(pod);
    }

    void removeOrphans(LaunchedTask... known) {
        containerizer.removeOrphans(
                id -> Stream.of(known).anyMatch(task -> task.spec().id().equals(id)));
    }

    void fetchWith(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    /** Completes whatever fetches from now on. */
    CompletableFuture<Void> holdFetches() {
        fetching = new CompletableFuture<>();
        return fetching;
    }

    /** No launch gets on until it completes. */
    CompletableFuture<Void> holdLaunches() {
        CompletableFuture<Void> held = new CompletableFuture<>();
        for (int i = 0; i < LAUNCH_THREADS; i++) {
            launches.execute(held::join);
        }
        return held;
    }

    ContainerListener.End run(String command) throws Exception {
        return launch(command).end().get();
    }

    LaunchedTask launch(String command) throws IOException {
        return launch(spec(command));
    }

    LaunchedTask launchUnchecked(String command) {
        try {
            return launch(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LaunchedTask launch(ContainerSpec spec) {
        return LaunchedTask.launch(containerizer, spec);
    }

    Optional<LaunchedTask> recover(ContainerSpec spec) {
        return LaunchedTask.recover(containerizer, spec);
    }

    boolean accepts(Consumer<TaskInfo.Builder> change) throws IOException {
        ContainerSpec spec = spec("true");
        TaskInfo.Builder task =
                TaskInfo.newBuilder().setCommand(spec.workload().command().orElseThrow());
        change.accept(task);
        return containerizer.accepts(new ContainerSpec(
                spec.id(),
                "f",
                Workload.of(task.buildPartial()),
                spec.sandbox(),
                spec.runtimeDir(),
                Map.of(),
                Optional.empty(),
                List.of()));
    }

    ContainerSpec spec(String command) throws IOException {
        return spec(CommandInfo.newBuilder().setValue(command).build());
    }

    ContainerSpec spec(CommandInfo command) throws IOException {
        return spec(command, ENVIRONMENT);
    }

    ContainerSpec spec(String command, String user) throws IOException {
        return as(user, spec(command));
    }

    /** The same as another user, to whom the sandbox is given. */
    static ContainerSpec as(String user, ContainerSpec spec) throws IOException {
        if (!user.startsWith("no-such")) {
            Files.setOwner(
                    spec.sandbox(),
                    spec.sandbox()
                            .getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(user));
        }
        return new ContainerSpec(
                spec.id(),
                spec.frameworkId(),
                spec.workload(),
                spec.sandbox(),
                spec.runtimeDir(),
                spec.environment(),
                Optional.of(user),
                spec.volumes());
    }

    ContainerSpec spec(CommandInfo command, Map<String, String> environment) throws IOException {
        return spec(
                ContainerId.of(UUID.randomUUID().toString()),
                new Workload("task", Optional.of(command), Optional.empty(), List.of(), Map.of()),
                environment);
    }

    ContainerSpec spec(Workload workload) throws IOException {
        return spec(ContainerId.of(UUID.randomUUID().toString()), workload, ENVIRONMENT);
    }

    ContainerSpec nested(ContainerId parent, String command) throws IOException {
        return nested(
                parent,
                new Workload(
                        "nested",
                        Optional.of(CommandInfo.newBuilder().setValue(command).build()),
                        Optional.empty(),
                        List.of(),
                        Map.of()));
    }

    ContainerSpec nested(ContainerId parent, Workload workload) throws IOException {
        return spec(parent.child(UUID.randomUUID().toString()), workload, ENVIRONMENT);
    }

    private ContainerSpec spec(ContainerId id, Workload workload, Map<String, String> environment) throws IOException {
        return new ContainerSpec(
                id,
                "framework",
                workload,
                Files.createDirectories(directory.resolve("sandboxes").resolve(id.value())),
                Files.createDirectories(id.below(containers().resolve(id.root().value()))),
                environment,
                Optional.empty(),
                List.of());
    }

    /** Ends what the test has left running, also where it failed: nothing of it stays on the host. */
    @Override
    public void close() {
        try {
            removeOrphans();
            await().until(() -> Files.notExists(containers()) || isEmpty(containers()));
        } finally {
            leave();
        }
    }

    /** As an agent that ends: its containers live on. */
    void leave() {
        containerizer.close();
        launches.shutdown();
        try {
            assertThat(launches.awaitTermination(60, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            isolation.close();
            time.close();
        }
    }

    private Path containers() {
        return directory.resolve("run/containers");
    }

    private static boolean isEmpty(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.findAny().isEmpty();
        }
    }
}
