package io.stoa.agent.container;

import io.stoa.agent.container.Containerizer.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;

/**
 * A task that was launched or taken up, and what its containerizer said of it, which must be in order and only once.
 */
public record LaunchedTask(
        ContainerSpec spec,
        Container container,
        CompletableFuture<ContainerStatus> starting,
        CompletableFuture<ContainerStatus> running,
        CompletableFuture<ContainerListener.End> end) {

    public static LaunchedTask launch(Containerizer containerizer, ContainerSpec spec) {
        Listener listener = new Listener();
        try {
            containerizer.attachVolumes(spec);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return listener.task(spec, containerizer.launch(spec, listener));
    }

    public static Optional<LaunchedTask> recover(Containerizer containerizer, ContainerSpec spec) {
        Listener listener = new Listener();
        return containerizer.recover(spec, listener).map(container -> listener.task(spec, container));
    }

    public CompletableFuture<WaitStatus> execute(CommandInfo command) {
        return container.execute(command, () -> {});
    }

    public ContainerListener.End await() throws Exception {
        return end.get();
    }

    public ContainerStatus awaitRunning() throws Exception {
        return running.get();
    }

    public ContainerListener.End killAndWait(long gracePeriodMs) throws Exception {
        container.kill(gracePeriodMs);
        return await();
    }

    public String stdout() throws IOException {
        return file("stdout");
    }

    /** Empty where it is not there. */
    public String file(String name) throws IOException {
        Path file = spec.sandbox().resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static final class Listener implements ContainerListener {

        private final CompletableFuture<ContainerStatus> starting = new CompletableFuture<>();
        private final CompletableFuture<ContainerStatus> running = new CompletableFuture<>();
        private final CompletableFuture<End> end = new CompletableFuture<>();

        LaunchedTask task(ContainerSpec spec, Container container) {
            return new LaunchedTask(spec, container, starting, running, end);
        }

        @Override
        public void starting(ContainerStatus status) {
            check(!running.isDone() && !end.isDone() && starting.complete(status), "starting");
        }

        @Override
        public void running(ContainerStatus status) {
            check(!end.isDone() && running.complete(status), "running");
        }

        @Override
        public void ended(End ended) {
            check(end.complete(ended), "ended");
        }

        /** What is wrong is seen by whoever waits for the end. */
        private void check(boolean holds, String what) {
            if (!holds) {
                IllegalStateException failure = new IllegalStateException(what + ": twice or too late");
                end.obtrudeException(failure);
                throw failure;
            }
        }
    }
}
