package io.stoa.agent.http;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.LiveContainer;
import io.stoa.agent.container.StandardIo;
import io.stoa.agent.container.Variables;
import io.stoa.agent.container.Workload;
import io.stoa.agent.recovery.Checkpoint;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.Directories;
import io.stoa.agent.sandbox.SharedSandbox;
import io.stoa.http.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.agent.Protos.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches and removes the containers that are asked for by calls: nested ones, sessions in other containers, and those
 * that stand alone. All but sessions are there again when the agent is.
 */
public final class ContainerOrders {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerOrders.class);

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    /** In the container's runtime directory: the call that it was launched by. */
    private static final String ORDER_FILE = "order";
    /** That may be there at the same time: an operator's mistake must not use the host up. */
    private static final int MAX_LIVE = 1_000;

    private final Containers containers;
    private final AgentPaths paths;
    private final boolean switchUser;
    private final Executor blocking;
    private final AtomicInteger live = new AtomicInteger();

    /**
     * @param switchUser whether a command's user is looked at
     * @param blocking where launching and removing may take the disk's time
     */
    public ContainerOrders(Containers containers, AgentPaths paths, boolean switchUser, Executor blocking) {
        this.containers = containers;
        this.paths = paths;
        this.switchUser = switchUser;
        this.blocking = blocking;
    }

    /**
     * What a call wants launched.
     *
     * @param session true where it is to live no longer than the client that asks for it
     */
    record Order(Call.LaunchContainer container, boolean session) {

        static Order of(Call.LaunchContainer call) {
            return new Order(call, false);
        }

        @SuppressWarnings("deprecation") // LAUNCH_NESTED_CONTAINER is what LAUNCH_CONTAINER was once.
        static Order of(Call.LaunchNestedContainer call) {
            Call.LaunchContainer.Builder same =
                    Call.LaunchContainer.newBuilder().setContainerId(call.getContainerId());
            if (call.hasCommand()) {
                same.setCommand(call.getCommand());
            }
            if (call.hasContainer()) {
                same.setContainer(call.getContainer());
            }
            return new Order(same.build(), false);
        }

        static Order of(Call.LaunchNestedContainerSession call) {
            Call.LaunchContainer.Builder same =
                    Call.LaunchContainer.newBuilder().setContainerId(call.getContainerId());
            if (call.hasCommand()) {
                same.setCommand(call.getCommand());
            }
            if (call.hasContainer()) {
                same.setContainer(call.getContainer());
            }
            return new Order(same.build(), true);
        }

        ContainerId id() {
            return ContainerId.of(container.getContainerId());
        }

        Optional<CommandInfo> command() {
            return container.hasCommand() ? Optional.of(container.getCommand()) : Optional.empty();
        }

        Optional<ContainerInfo> info() {
            return container.hasContainer() ? Optional.of(container.getContainer()) : Optional.empty();
        }
    }

    /** Answers when it runs, or will not. */
    CompletableFuture<HttpResponse> launch(Order order) {
        return CompletableFuture.supplyAsync(() -> launchNow(order), blocking).thenCompose(answer -> answer);
    }

    /** One at a time, as all that changes directories: an id may be used again. */
    private synchronized CompletableFuture<HttpResponse> launchNow(Order order) {
        ContainerId id = order.id();
        if (containers.find(id).filter(LiveContainer::isLive).isPresent()) {
            return CompletableFuture.completedFuture(HttpResponse.empty(202));
        }
        if (live.get() >= MAX_LIVE) {
            return CompletableFuture.completedFuture(HttpResponse.text(
                    503, "Containers that operators launched: " + live + " (expected: < " + MAX_LIVE + ")"));
        }
        Optional<LiveContainer> parent = id.parent().flatMap(containers::find).filter(LiveContainer::isLive);
        if (id.parent().isPresent() && parent.isEmpty()) {
            return refused("Parent container " + id.parent().get() + " does not exist");
        }
        ContainerSpec spec = spec(order, parent.map(LiveContainer::spec));
        Optional<Containerizer> containerizer = containers.containerizer(spec);
        if (containerizer.isEmpty()) {
            return refused("The provided ContainerInfo is not supported");
        }
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        live.incrementAndGet();
        try {
            if (!order.session()) {
                createSandbox(spec);
            }
            // Of one that has ended nothing stays but its sandbox.
            containers.forget(id);
            Directories.remove(spec.runtimeDir());
            Files.createDirectories(spec.runtimeDir());
            if (!order.session()) {
                Directories.writeAtomically(
                        spec.runtimeDir().resolve(ORDER_FILE), order.container().toByteArray());
            }
            containerizer.get().attachVolumes(spec);
            containers.launch(containerizer.get(), spec, listener(order, spec, answer));
        } catch (IOException | RuntimeException e) {
            live.decrementAndGet();
            return refused(String.valueOf(e.getMessage()));
        }
        return answer;
    }

    /** One that is nested is in the hands of the task around it. That of one that has ended stays as it is. */
    private void createSandbox(ContainerSpec spec) throws IOException {
        Optional<LiveContainer> root = containers.find(spec.id().root());
        if (root.isEmpty()) {
            Directories.createSandbox(spec.sandbox(), spec.user());
            return;
        }
        SharedSandbox around = new SharedSandbox(root.get().spec().sandbox());
        if (!around.has(spec.sandbox())) {
            around.create(spec.sandbox(), spec.user());
        }
    }

    private static CompletableFuture<HttpResponse> refused(String text) {
        return CompletableFuture.completedFuture(HttpResponse.text(400, text));
    }

    private ContainerListener listener(Order order, ContainerSpec spec, CompletableFuture<HttpResponse> answer) {
        return new ContainerListener() {
            @Override
            public void starting(ContainerStatus status) {
                // Not running yet.
            }

            @Override
            public void running(ContainerStatus status) {
                answer.complete(HttpResponse.empty(200));
            }

            @Override
            public void ended(End end) {
                live.decrementAndGet();
                answer.complete(HttpResponse.text(400, end.message()));
                if (order.session() || spec.id().parent().isEmpty()) {
                    // The agent's next life has nothing to take up.
                    blocking.execute(() -> clear(spec));
                }
            }
        };
    }

    private synchronized void clear(ContainerSpec spec) {
        if (containers.find(spec.id()).filter(LiveContainer::isLive).isEmpty()) {
            remove(spec.runtimeDir());
        }
    }

    private ContainerSpec spec(Order order, Optional<ContainerSpec> parent) {
        ContainerId id = order.id();
        Path sandbox = parent.map(ContainerSpec::sandbox)
                .map(above ->
                        order.session() ? above : above.resolve("containers").resolve(id.value()))
                .orElseGet(() -> paths.workDir().resolve("containers").resolve(id.value()));
        Optional<String> user = order.command()
                .filter(command -> switchUser && command.hasUser())
                .map(CommandInfo::getUser)
                .or(() -> parent.flatMap(ContainerSpec::user));
        return new ContainerSpec(
                id,
                parent.map(ContainerSpec::frameworkId).orElse(""),
                workload(order),
                sandbox,
                id.below(paths.runtime(id.root().value())),
                environment(order, parent, sandbox),
                user,
                List.of());
    }

    private static Workload workload(Order order) {
        return new Workload(
                order.id().toString(),
                order.command(),
                order.info(),
                order.container().getResourcesList(),
                order.container().getLimitsMap(),
                order.session() ? StandardIo.session(order.info()) : StandardIo.of(order.info()));
    }

    /** A session finds what its parent finds; anything else its own only, as in Mesos. */
    private static Map<String, String> environment(Order order, Optional<ContainerSpec> parent, Path sandbox) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", PATH);
        environment.put("MESOS_SANDBOX", sandbox.toString());
        if (order.session()) {
            parent.map(ContainerSpec::environment).ifPresent(environment::putAll);
        }
        environment.putAll(Variables.of(order.container().getCommand()));
        return environment;
    }

    /**
     * Takes up what was launched before the agent's last life ended; blocks. To be called when the containers are known
     * in which they are nested.
     *
     * @param errors is told of what is damaged; where the agent goes on, it is as if never launched
     */
    public void recover(RecoveryErrors errors) throws IOException {
        List<Order> found = new ArrayList<>();
        read(paths.runtimeDir(), errors, found);
        found.sort(Comparator.comparing(Order::id));
        found.forEach(this::recover);
    }

    /** What has ended meanwhile is being removed at the same time. */
    private static void read(Path above, RecoveryErrors errors, List<Order> found) throws IOException {
        for (Path directory : Directories.below(above.resolve("containers"), 1)) {
            Path file = directory.resolve(ORDER_FILE);
            if (Files.exists(file)) {
                Checkpoint.read(file, Call.LaunchContainer.parser(), file, errors)
                        .map(Order::of)
                        .ifPresent(found::add);
            }
            read(directory, errors, found);
        }
    }

    private void recover(Order order) {
        ContainerId id = order.id();
        Optional<ContainerSpec> parent = id.parent().flatMap(containers::find).map(LiveContainer::spec);
        if (id.parent().isPresent() && parent.isEmpty()) {
            LOG.info("Not taken up, since what it was nested in is gone container={}", id);
            return;
        }
        ContainerSpec spec = spec(order, parent);
        live.incrementAndGet();
        if (containers
                .recover(spec, listener(order, spec, new CompletableFuture<>()))
                .isEmpty()) {
            live.decrementAndGet();
            remove(spec.runtimeDir());
        }
    }

    /** Removes what a nested container has left; answers when that is done. */
    CompletableFuture<HttpResponse> remove(ContainerId id) {
        return CompletableFuture.supplyAsync(() -> removeNow(id), blocking);
    }

    private synchronized HttpResponse removeNow(ContainerId id) {
        Optional<LiveContainer> container = containers.find(id);
        if (container.isPresent() && container.get().isLive()) {
            return HttpResponse.text(500, "Nested container has not terminated yet");
        }
        Optional<LiveContainer> root = containers.find(id.root());
        if (root.isEmpty()) {
            return HttpResponse.text(500, "Unknown root container");
        }
        containers.forget(id);
        remove(id.below(paths.runtime(id.root().value())));
        Path sandbox = root.get().spec().sandbox();
        try {
            new SharedSandbox(sandbox).remove(id.below(sandbox));
        } catch (IOException e) {
            return HttpResponse.text(500, "Failed to remove the sandbox: " + e.getMessage());
        }
        return HttpResponse.empty(200);
    }

    private static void remove(Path directory) {
        try {
            Directories.remove(directory);
        } catch (IOException e) {
            LOG.warn("Cannot remove directory={}: {}", directory, e.toString());
        }
    }
}
