package io.stoa.agent.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.fetch.Fetcher;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One task: fetching and pulling, then running in the engine, then ended and removed there. */
final class DockerContainer implements Container {

    private static final Logger LOG = LoggerFactory.getLogger(DockerContainer.class);

    /** How long a container may be about to end when its output has ended, or its engine not let it be read. */
    private static final long LOOK_AGAIN_MS = 500;

    private final ContainerSpec spec;
    private final ContainerListener listener;
    private final Engine engine;
    private final OutputLoop outputs;
    private final Executor calls;
    private final Time time;
    private final String ip;
    private final ContainerOptions options;

    private CompletableFuture<Void> fetching = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> preparing = fetching;
    /** The shortest grace period that was asked for; empty: nobody asked. */
    private OptionalLong killGraceMs = OptionalLong.empty();
    /** True once fetching and pulling can no longer be cut short. */
    private boolean starting;

    private boolean running;

    DockerContainer(
            ContainerSpec spec,
            ContainerListener listener,
            Engine engine,
            OutputLoop outputs,
            Executor calls,
            Time time,
            String ip) {
        this.spec = spec;
        this.listener = listener;
        this.engine = engine;
        this.outputs = outputs;
        this.calls = calls;
        this.time = time;
        this.ip = ip;
        options = new ContainerOptions(spec);
    }

    /** The file that says that there may be a container. */
    static Path trace(ContainerSpec spec) {
        return spec.runtimeDir().resolve("docker");
    }

    synchronized void launch(Fetcher fetcher) {
        List<CommandInfo.URI> uris = spec.task().getCommand().getUrisList();
        if (!uris.isEmpty()) {
            fetching = fetcher.fetch(uris, spec.sandbox(), spec.user());
        }
        preparing = fetching.thenComposeAsync(done -> image(), calls);
        preparing.whenCompleteAsync((done, failure) -> prepared(failure), calls);
    }

    private CompletableFuture<Void> image() {
        return !options.forcePull() && engine.hasImage(options.image())
                ? CompletableFuture.completedFuture(null)
                : engine.pull(options.image());
    }

    private void prepared(@Nullable Throwable failure) {
        synchronized (this) {
            if (killGraceMs.isPresent()) {
                listener.ended(new End(
                        TaskState.TASK_KILLED,
                        Reason.REASON_TASK_KILLED_DURING_LAUNCH,
                        "Killed before delivery to the executor"));
                return;
            }
            starting = failure == null;
        }
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            launchFailed(Engine.words(cause));
            return;
        }
        InspectContainerResponse info;
        try {
            Files.createFile(trace(spec));
            engine.create(options);
            engine.start(options.name());
            info = engine.inspect(options.name());
        } catch (IllegalArgumentException e) {
            launchFailed("Failed to create docker run options: " + e.getMessage());
            return;
        } catch (IOException | RuntimeException e) {
            // The client throws anything where its engine is gone.
            remove();
            launchFailed("Failed to run docker container: " + Engine.words(e));
            return;
        }
        runs(info);
    }

    /** Takes up what an earlier life of the agent started. */
    void recover() {
        synchronized (this) {
            starting = true;
        }
        InspectContainerResponse info;
        try {
            info = engine.inspect(options.name());
        } catch (NotFoundException e) {
            lost("unknown container");
            return;
        } catch (RuntimeException e) {
            lost(Engine.words(e));
            return;
        }
        if ("created".equals(info.getState().getStatus())) {
            remove();
            lost("the container was not started");
            return;
        }
        runs(info);
    }

    private void runs(InspectContainerResponse info) {
        listener.running(status(info));
        synchronized (this) {
            running = true;
            killGraceMs.ifPresent(this::stop);
        }
        follow();
    }

    private void follow() {
        try {
            outputs.follow(options.name(), spec.sandbox(), () -> calls.execute(this::outputEnded));
        } catch (IOException e) {
            LOG.warn("Output is not followed container={}: {}", options.name(), e.toString());
            outputEnded();
        }
    }

    private void outputEnded() {
        InspectContainerResponse info;
        try {
            info = engine.inspect(options.name());
        } catch (RuntimeException e) {
            listener.ended(new End(
                    TaskState.TASK_FAILED,
                    Reason.REASON_EXECUTOR_TERMINATED,
                    "Failed to get exit status of container: " + Engine.words(e)));
            return;
        }
        if (Boolean.TRUE.equals(info.getState().getRunning())) {
            time.after(LOOK_AGAIN_MS, calls, this::follow);
            return;
        }
        remove();
        listener.ended(describe(info.getState()));
    }

    private End describe(ContainerState state) {
        long exitCode = state.getExitCodeLong();
        String message = "Container exited with status " + exitCode;
        boolean killed;
        synchronized (this) {
            killed = killGraceMs.isPresent();
        }
        if (killed) {
            return new End(TaskState.TASK_KILLED, null, message);
        }
        if (Boolean.TRUE.equals(state.getOOMKilled())) {
            return new End(
                    TaskState.TASK_FAILED,
                    Reason.REASON_CONTAINER_LIMITATION_MEMORY,
                    "Memory limit exceeded: " + message);
        }
        return new End(exitCode == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED, null, message);
    }

    @Override
    public synchronized void kill(long gracePeriodMs) {
        if (killGraceMs.isPresent() && killGraceMs.getAsLong() <= gracePeriodMs) {
            return;
        }
        killGraceMs = OptionalLong.of(gracePeriodMs);
        if (running) {
            stop(gracePeriodMs);
        } else if (!starting) {
            fetching.cancel(true);
            preparing.cancel(true);
        }
    }

    /** Not the engine's own stop, which blocks until the end and whose grace period cannot be shortened. */
    private void stop(long gracePeriodMs) {
        calls.execute(() -> {
            signal("SIGTERM");
            time.after(gracePeriodMs, calls, () -> signal("SIGKILL"));
        });
    }

    private void signal(String signal) {
        try {
            engine.signal(options.name(), signal);
        } catch (RuntimeException e) {
            LOG.warn("Not signalled container={} signal={}: {}", options.name(), signal, Engine.words(e));
        }
    }

    private void remove() {
        try {
            engine.remove(options.name());
        } catch (RuntimeException e) {
            LOG.warn("Not removed container={}: {}", options.name(), Engine.words(e));
        }
    }

    private void launchFailed(String message) {
        listener.ended(new End(
                TaskState.TASK_FAILED,
                Reason.REASON_CONTAINER_LAUNCH_FAILED,
                "Failed to launch container: " + message));
    }

    private void lost(String why) {
        listener.ended(new End(
                TaskState.TASK_FAILED, Reason.REASON_EXECUTOR_TERMINATED, "Abnormal executor termination: " + why));
    }

    private ContainerStatus status(InspectContainerResponse info) {
        NetworkInfo.Builder network = spec.task().getContainer().getNetworkInfosCount() > 0
                ? spec.task().getContainer().getNetworkInfos(0).toBuilder().clearIpAddresses()
                : NetworkInfo.newBuilder();
        String address = options.onHostNetwork()
                ? ip
                : info.getNetworkSettings().getNetworks().values().stream()
                        .map(ContainerNetwork::getIpAddress)
                        .filter(candidate -> candidate != null && !candidate.isEmpty())
                        .findFirst()
                        .orElse("");
        if (!address.isEmpty()) {
            network.addIpAddresses(NetworkInfo.IPAddress.newBuilder()
                    .setProtocol(NetworkInfo.Protocol.IPv4)
                    .setIpAddress(address));
        }
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setContainerId(ContainerID.newBuilder().setValue(spec.containerId()))
                .addNetworkInfos(network);
        Long pid = info.getState().getPidLong();
        if (pid != null && pid > 0) {
            status.setExecutorPid(pid.intValue());
        }
        return status.build();
    }
}
