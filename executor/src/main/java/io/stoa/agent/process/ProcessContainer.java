package io.stoa.agent.process;

import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.container.Limitation;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.container.WaitStatus;
import io.stoa.agent.fetch.Destination;
import io.stoa.agent.fetch.Fetcher;
import io.stoa.agent.isolation.Isolated;
import io.stoa.agent.isolation.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command task: fetching, then running under its shim, then ended. */
final class ProcessContainer implements Container {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessContainer.class);

    private final ContainerSpec spec;
    private final ContainerListener listener;
    private final Isolation isolation;
    private final ShimLoop shims;
    private final Executor launches;
    private final Executor commands;
    private final String ip;
    private final ShimFiles files;

    private CompletableFuture<Void> fetching = CompletableFuture.completedFuture(null);
    /** The shortest grace period that was asked for; empty: nobody asked. */
    private OptionalLong killGraceMs = OptionalLong.empty();

    /** Those that its sandbox shows; changed on the launches' executor. */
    private volatile List<TaskVolume> volumes;

    /** Held while its groups are made or changed: a change may come before there are any. */
    private final Object sizing = new Object();

    private ContainerSpec size;
    private boolean hasGroups;

    private @Nullable ShimLink shim;
    /**
     * What is to be sent to its command once its shim is there: each once, as the kernel has them wait, the last last.
     */
    private final Set<Integer> early = new LinkedHashSet<>();
    /** Why it was ended here, where nobody asked. */
    private @Nullable Limitation limitation;
    /** True once the shim was started, or is being started: fetching can no longer be cut short. */
    private boolean starting;

    ProcessContainer(
            ContainerSpec spec,
            ContainerListener listener,
            Isolation isolation,
            ShimLoop shims,
            Executor launches,
            Executor commands,
            String ip) {
        this.spec = spec;
        this.listener = listener;
        this.isolation = isolation;
        this.shims = shims;
        this.launches = launches;
        this.commands = commands;
        this.ip = ip;
        this.files = new ShimFiles(spec.runtimeDir());
        this.volumes = spec.volumes();
        this.size = spec;
    }

    synchronized void launch(ShimLauncher launcher, Fetcher fetcher) {
        List<CommandInfo.URI> uris = spec.workload().uris();
        if (!uris.isEmpty()) {
            fetching = fetch(fetcher, uris);
        }
        fetching.whenCompleteAsync((done, failure) -> fetched(launcher, failure), launches);
    }

    private CompletableFuture<Void> fetch(Fetcher fetcher, List<CommandInfo.URI> uris) {
        try {
            return fetcher.fetch(
                    uris,
                    new Destination(spec.sandbox(), spec.around(), spec.user(), ContainerVolumes.fetchedInto(spec)));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void update(ContainerSpec changed) throws IOException {
        synchronized (sizing) {
            size = changed;
            if (hasGroups) {
                isolation.update(
                        spec.id(),
                        changed.workload().resources(),
                        changed.workload().limits());
            }
        }
        VolumeLinks.remove(volumes, changed);
        VolumeLinks.make(changed);
        volumes = changed.volumes();
    }

    @Override
    public synchronized void signal(int number) {
        if (shim != null) {
            shim.signal(number);
        } else if (starting) {
            early.remove(number);
            early.add(number);
        } else if (number == SIGKILL) {
            kill(0);
        }
    }

    @Override
    public ContainerIo io(ContainerIo.Listener attached) throws IOException {
        return spec.workload().io().isAttachable() ? ShimIo.connect(files, attached) : Container.super.io(attached);
    }

    private void fetched(ShimLauncher launcher, @Nullable Throwable failure) {
        synchronized (this) {
            if (killGraceMs.isPresent()) {
                listener.ended(End.killedDuringLaunch());
                return;
            }
            starting = failure == null;
        }
        if (failure != null) {
            Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : failure;
            launchFailed(cause.getMessage());
            return;
        }
        try {
            Isolated isolated = prepare();
            byte[] launch = Launch.encode(spec, isolated, isolation.oomScoreAdj(isolated));
            int pid = launcher.start(launch);
            isolation.started(spec.id(), pid);
            isolation.watchDisk(spec, this::limited);
            ContainerStatus status = status(OptionalInt.of(pid));
            listener.starting(status);
            listener.running(status);
            watch();
        } catch (IOException e) {
            launchFailed(e.getMessage());
        }
    }

    private Isolated prepare() throws IOException {
        synchronized (sizing) {
            Isolated isolated = isolation.prepare(size);
            hasGroups = true;
            return isolated;
        }
    }

    /** Takes up what an earlier life of the agent started. */
    synchronized void recover() {
        starting = true; // For whoever signals it from now on.
        launches.execute(this::takeUp);
    }

    private void takeUp() {
        OptionalInt pid = files.pid();
        synchronized (sizing) {
            isolation.recover(size, pid);
            hasGroups = true;
        }
        isolation.watchDisk(spec, this::limited);
        listener.running(status(pid));
        watch();
    }

    private void watch() {
        try {
            synchronized (this) {
                ShimLink link = shims.connect(files, () -> launches.execute(this::ended));
                shim = link;
                killGraceMs.ifPresent(link::kill);
                early.forEach(link::signal);
            }
        } catch (IOException e) {
            // A short command may have ended, with its shim, before anybody could connect.
            if (Files.exists(files.control())) {
                LOG.warn("Container {} is given up: its shim cannot be reached: {}", spec.id(), e.toString());
            }
            ended();
        }
    }

    @Override
    public synchronized void kill(long gracePeriodMs) {
        if (killGraceMs.isPresent() && killGraceMs.getAsLong() <= gracePeriodMs) {
            return;
        }
        killGraceMs = OptionalLong.of(gracePeriodMs);
        if (shim != null) {
            shim.kill(gracePeriodMs);
        } else if (!starting) {
            fetching.cancel(true);
        }
    }

    @Override
    public CompletableFuture<WaitStatus> execute(CommandInfo command, Runnable begun) {
        CompletableFuture<WaitStatus> result = new CompletableFuture<>();
        commands.execute(() -> {
            if (result.isDone()) {
                return;
            }
            begun.run();
            try {
                shims.execute(files, Launch.beside(spec, command), result);
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Whoever outlived the shim is killed with the groups. */
    private void ended() {
        End end = end();
        isolation.destroy(spec.id());
        listener.ended(end);
    }

    private End end() {
        try {
            String failure = files.launchFailure();
            if (!failure.isEmpty()) {
                return launchFailure(failure);
            }
            Optional<ShimFiles.Exit> exit = files.exit();
            return exit.isPresent() ? describe(exit.get()) : unknown(files.statusFailure());
        } catch (IOException e) {
            return unknown(Optional.ofNullable(e.getMessage()));
        }
    }

    private static End unknown(Optional<String> why) {
        return new End(
                TaskState.TASK_FAILED,
                null,
                "Failed to get exit status for Command"
                        + why.map(reason -> ": " + reason).orElse(""));
    }

    /** It takes more of something than it may. */
    private synchronized void limited(Limitation reached) {
        if (killGraceMs.isEmpty()) {
            limitation = reached;
        }
        kill(0);
    }

    private synchronized End describe(ShimFiles.Exit exit) throws IOException {
        if (limitation != null) {
            return limitation.end(OptionalInt.of(exit.status().raw()));
        }
        if (exit.outOfMemory() && !exit.killed()) {
            Optional<Limitation> memory = isolation.memoryLimitation(spec.id(), files.memory());
            if (memory.isPresent()) {
                return memory.get().end(OptionalInt.of(exit.status().raw()));
            }
        }
        TaskState state = exit.killed()
                ? TaskState.TASK_KILLED
                : exit.status().succeeded() ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
        return new End(
                state,
                null,
                "Command " + exit.status().words(),
                OptionalInt.of(exit.status().raw()));
    }

    private void launchFailed(@Nullable String message) {
        isolation.destroy(spec.id());
        listener.ended(launchFailure(message));
    }

    private static End launchFailure(@Nullable String message) {
        return new End(
                TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LAUNCH_FAILED, "Failed to launch container: " + message);
    }

    private ContainerStatus status(OptionalInt pid) {
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setContainerId(spec.id().toProto())
                .addNetworkInfos(NetworkInfo.newBuilder()
                        .addIpAddresses(NetworkInfo.IPAddress.newBuilder()
                                .setProtocol(NetworkInfo.Protocol.IPv4)
                                .setIpAddress(ip)));
        pid.ifPresent(status::setExecutorPid);
        return status.build();
    }
}
