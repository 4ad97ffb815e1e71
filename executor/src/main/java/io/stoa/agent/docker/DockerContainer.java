package io.stoa.agent.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.container.WaitStatus;
import io.stoa.agent.fetch.Destination;
import io.stoa.agent.fetch.Fetcher;
import io.stoa.agent.isolation.Limits;
import io.stoa.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task: fetching and pulling, then running in the engine, then ended and removed there. An engine that goes away
 * says nothing of the container's end: it is asked again when it is back.
 */
final class DockerContainer implements Container {

    private static final Logger LOG = LoggerFactory.getLogger(DockerContainer.class);

    /** How long a container may be about to end when its output has ended, or its engine not let it be read. */
    private static final long LOOK_AGAIN_MS = 500;

    /**
     * Engines before 23.0 may end a followed output without its last lines where the container ends at that moment. It
     * is read once more, which sends all of it again: not where that is so much.
     */
    private static final long READ_AGAIN_MAX_BYTES = 16 << 20;

    /** An engine does not always succeed at once. */
    private static final long KILL_AGAIN_MS = 5_000;

    private static final double MS_PER_SECOND = 1_000;

    /** The exit status of whoever was killed by SIGKILL. */
    private static final long KILLED = 137;

    private final ContainerSpec spec;
    private final ContainerListener listener;
    private final EngineAccess access;
    private final Engine engine;
    private final OutputLoop outputs;
    private final EngineCalls calls;
    private final LeftContainers left;
    private final Time time;
    private final ContainerOptions options;
    private final ContainerStatuses statuses;
    private final KillRecord killRecord;

    private CompletableFuture<Void> fetching = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> pulling = fetching;
    private CompletableFuture<Void> preparing = fetching;
    /** The shortest grace period that was asked for; empty: nobody asked. */
    private OptionalLong killGraceMs = OptionalLong.empty();
    /** True once fetching and pulling can no longer be cut short. */
    private boolean starting;

    private boolean running;
    /** Empty until it runs, and where it has none. */
    private String ipv4 = "";

    private String ipv6 = "";
    private boolean lookedForMemory;
    private boolean readAgain;
    private String stopSignal = "SIGTERM";
    private boolean terminal;
    private boolean takesInput;
    private CompletableFuture<Optional<ResourceStatistics>> usage = CompletableFuture.completedFuture(Optional.empty());

    /** @param options what is asked of the engine for it */
    DockerContainer(
            ContainerSpec spec,
            ContainerListener listener,
            EngineAccess access,
            ContainerOptions options,
            ContainerStatuses statuses) {
        this.spec = spec;
        this.listener = listener;
        this.access = access;
        this.engine = access.engine();
        this.outputs = access.outputs();
        this.calls = access.calls();
        this.left = access.left();
        this.time = access.time();
        this.options = options;
        this.statuses = statuses;
        killRecord = new KillRecord(spec.runtimeDir());
    }

    /** The file that says that there may be a container. */
    static Path trace(ContainerSpec spec) {
        return spec.runtimeDir().resolve("docker");
    }

    synchronized void launch(Fetcher fetcher) {
        List<CommandInfo.URI> uris = spec.workload().uris();
        if (!uris.isEmpty()) {
            fetching = fetcher.fetch(uris, new Destination(spec.sandbox(), spec.user()));
        }
        preparing = fetching.thenComposeAsync(done -> image(), calls);
        preparing.whenCompleteAsync((done, failure) -> prepared(failure), calls);
    }

    private CompletableFuture<Void> image() {
        if (!options.forcePull() && engine.hasImage(options.image())) {
            return CompletableFuture.completedFuture(null);
        }
        synchronized (this) {
            if (killGraceMs.isEmpty()) {
                pulling = engine.pull(options.image());
            }
            return pulling;
        }
    }

    private void prepared(@Nullable Throwable failure) {
        synchronized (this) {
            if (killGraceMs.isPresent()) {
                listener.ended(End.killedDuringLaunch());
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
        try {
            Files.createFile(trace(spec));
        } catch (IOException e) {
            launchFailed(Engine.words(e));
            return;
        }
        listener.starting(statuses.beforeTheContainer());
        start();
    }

    private void start() {
        try {
            engine.create(options);
            engine.start(options.name());
        } catch (IllegalArgumentException e) {
            failed("Failed to create docker run options: " + e.getMessage());
            return;
        } catch (DockerException e) {
            left.remove(options.name(), () -> failed("Failed to run docker container: " + Engine.words(e)));
            return;
        } catch (NoAnswerException e) {
            left.removeLate(options.name(), () -> failed("Failed to run docker container: " + e.getMessage()));
            return;
        }
        calls.untilAnswered(this::takeUp);
    }

    /** Takes up what an earlier life of the agent started. */
    void recover() {
        synchronized (this) {
            starting = true;
            killGraceMs = killRecord.deadlineMs().stream()
                    .map(deadlineMs -> Math.max(0, deadlineMs - time.epochMs()))
                    .findFirst();
        }
        calls.untilAnswered(this::takeUp);
    }

    private void takeUp() {
        InspectContainerResponse info;
        try {
            info = engine.inspect(options.name());
        } catch (NotFoundException e) {
            lost("unknown container");
            return;
        } catch (DockerException e) {
            throw refused(e);
        }
        if ("created".equals(info.getState().getStatus())) {
            left.remove(options.name(), () -> lost("the container was not started"));
            return;
        }
        runs(info);
    }

    private void runs(InspectContainerResponse info) {
        synchronized (this) {
            boolean own = !"host".equals(info.getHostConfig().getNetworkMode());
            ipv4 = own ? ContainerStatuses.address(info, false) : "127.0.0.1";
            ipv6 = own ? ContainerStatuses.address(info, true) : "::1";
            terminal = Boolean.TRUE.equals(info.getConfig().getTty());
            takesInput = Boolean.TRUE.equals(info.getConfig().getStdinOpen());
            // The client has no name for it.
            if (info.getRawValues().get("Config") instanceof Map<?, ?> config
                    && config.get("StopSignal") instanceof String given) {
                stopSignal = given;
            }
            running = true;
            killGraceMs.ifPresent(this::stop);
        }
        listener.running(statuses.of(info));
        follow();
    }

    private void follow() {
        try {
            outputs.follow(
                    options.name(),
                    spec.sandbox(),
                    isTerminal(),
                    complete -> calls.untilAnswered(() -> outputEnded(complete)));
        } catch (IOException e) {
            LOG.warn("Output is lost container={}: {}", options.name(), e.toString());
            calls.after(LOOK_AGAIN_MS, () -> calls.untilAnswered(() -> outputEnded(true)));
        }
    }

    private void outputEnded(boolean complete) {
        InspectContainerResponse info;
        try {
            info = engine.inspect(options.name());
        } catch (NotFoundException e) {
            listener.ended(new End(TaskState.TASK_FAILED, null, "Failed to get exit status of container"));
            return;
        } catch (DockerException e) {
            throw refused(e);
        }
        if (Boolean.TRUE.equals(info.getState().getRunning()) || !complete) {
            calls.after(LOOK_AGAIN_MS, this::follow);
        } else if (mayMissOutput()) {
            follow();
        } else if (mayBeShortOfMemory(info.getState())) {
            calls.after(LOOK_AGAIN_MS, () -> calls.untilAnswered(() -> outputEnded(true)));
        } else {
            boolean shortOfMemory = isShortOfMemory(info.getState()) || wasShortOfMemory(info.getState());
            left.ended(options.name(), () -> listener.ended(describe(info.getState(), shortOfMemory)));
        }
    }

    /** True once, where it is to be read again. */
    private synchronized boolean mayMissOutput() {
        boolean first = !readAgain;
        readAgain = true;
        return first && OutputStreams.written(spec.sandbox()) <= READ_AGAIN_MAX_BYTES;
    }

    /** The engine may hear of a lack of memory after the end that comes of it: true once, where that is to be seen. */
    private synchronized boolean mayBeShortOfMemory(ContainerState state) {
        boolean first = !lookedForMemory;
        lookedForMemory = true;
        return first && killGraceMs.isEmpty() && state.getExitCodeLong() == KILLED && !isShortOfMemory(state);
    }

    private static boolean isShortOfMemory(ContainerState state) {
        return Boolean.TRUE.equals(state.getOOMKilled());
    }

    /** The state says so only where the engine knew of it before the end. Asks the engine. */
    private boolean wasShortOfMemory(ContainerState state) {
        return !isKilled()
                && state.getExitCodeLong() == KILLED
                && engine.toldOfLackOfMemory(
                        options.name(), Instant.parse(state.getStartedAt()), Instant.ofEpochMilli(time.epochMs()));
    }

    /** An engine that cannot tell how a container is does not say that it has ended. */
    private NoAnswerException refused(DockerException e) {
        return new NoAnswerException(
                "The Docker engine does not tell of " + options.name() + ": " + Engine.words(e), e);
    }

    private End describe(ContainerState state, boolean shortOfMemory) {
        long exitCode = state.getExitCodeLong();
        String message = "Container exited with status " + exitCode;
        OptionalInt waitStatus = OptionalInt.of((int) exitCode << 8);
        if (isKilled()) {
            return new End(TaskState.TASK_KILLED, null, message, waitStatus);
        }
        // The engine also says so of a container that outlived the process that was killed.
        if (exitCode != 0 && shortOfMemory) {
            return new End(
                    TaskState.TASK_FAILED,
                    Reason.REASON_CONTAINER_LIMITATION_MEMORY,
                    "Memory limit exceeded: " + message,
                    waitStatus);
        }
        return new End(exitCode == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED, null, message, waitStatus);
    }

    private synchronized boolean isKilled() {
        return killGraceMs.isPresent();
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
            pulling.cancel(true);
            preparing.cancel(true);
        }
    }

    /** Not the engine's own stop, which blocks until the end and whose grace period cannot be shortened. */
    private void stop(long gracePeriodMs) {
        long deadlineMs = time.epochMs() + gracePeriodMs;
        // An earlier life of the agent may have sent it: not everybody takes a second one well.
        boolean told = killRecord.deadlineMs().isPresent();
        calls.untilAnswered(() -> {
            if (!told) {
                signal(stopSignal);
            }
            killRecord.write(deadlineMs);
        });
        calls.after(gracePeriodMs, this::force);
    }

    private void force() {
        calls.untilAnswered(() -> {
            if (signal("SIGKILL")) {
                calls.after(KILL_AGAIN_MS, this::force);
            }
        });
    }

    /** @return false where nothing runs any more */
    private boolean signal(String signal) {
        try {
            return engine.signal(options.name(), signal);
        } catch (DockerException e) {
            LOG.warn("Not signalled container={} signal={}: {}", options.name(), signal, Engine.words(e));
            return true;
        }
    }

    @Override
    public synchronized Optional<String> address(boolean asIpv6) {
        return Optional.of(asIpv6 ? ipv6 : ipv4).filter(address -> !address.isEmpty());
    }

    private synchronized boolean isTerminal() {
        return terminal;
    }

    @Override
    public ContainerIo io(ContainerIo.Listener attached) throws IOException {
        boolean asTerminal;
        boolean withInput;
        synchronized (this) {
            if (!running) {
                throw new IOException("Container " + spec.id() + " is not running");
            }
            asTerminal = terminal;
            withInput = takesInput;
        }
        EngineIo io = engine.attach(options.name(), asTerminal, withInput, attached);
        spec.workload().io().window().ifPresent(size -> io.window(size.getRows(), size.getColumns()));
        return io;
    }

    @Override
    public void signal(int number) {
        if (number == SIGKILL) {
            kill(0);
        } else {
            calls.untilAnswered(() -> signal(Integer.toString(number)));
        }
    }

    /** What it uses; empty where the engine does not say it. Who asks at the same time shares an answer. */
    synchronized CompletableFuture<Optional<ResourceStatistics>> usage() {
        if (usage.isDone()) {
            usage = CompletableFuture.supplyAsync(this::measure, calls);
        }
        return usage.copy();
    }

    private Optional<ResourceStatistics> measure() {
        ResourceStatistics.Builder statistics =
                ResourceStatistics.newBuilder().setTimestamp(time.epochMs() / MS_PER_SECOND);
        try {
            return engine.usage(options.name()).map(found -> {
                EngineStatistics.read(found, statistics);
                Limits.of(spec.workload().resources(), spec.workload().limits())
                        .describe(statistics, false, Limits.Host.current());
                return statistics.build();
            });
        } catch (DockerException | NoAnswerException e) {
            LOG.debug("Usage is not known container={}", options.name(), e);
            return Optional.empty();
        }
    }

    /** What it prints is forgotten: the engine keeps no record of it that could be read again after a restart. */
    @Override
    public CompletableFuture<WaitStatus> execute(CommandInfo command, Runnable begun) {
        return new EngineExec(access, options.name(), command, begun).begin();
    }

    /** Nothing of it has run: it is the agent that says so. */
    private void launchFailed(String message) {
        listener.ended(new End(
                TaskState.TASK_FAILED,
                Reason.REASON_CONTAINER_LAUNCH_FAILED,
                "Failed to launch container: " + message));
    }

    private void failed(String message) {
        listener.ended(new End(isKilled() ? TaskState.TASK_KILLED : TaskState.TASK_FAILED, null, message));
    }

    private void lost(String why) {
        listener.ended(new End(
                TaskState.TASK_FAILED, Reason.REASON_EXECUTOR_TERMINATED, "Abnormal executor termination: " + why));
    }
}
