package io.stoa.agent.container;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.Containerizer.Container;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.jspecify.annotations.Nullable;

/** A container that the agent knows. Safe for use by any thread. */
public final class LiveContainer {

    private final ContainerSpec spec;
    private final Optional<Containerizer> containerizer;
    private final CompletableFuture<Container> begun = new CompletableFuture<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final Attachment attachment = new Attachment(listener -> running().io(listener));
    private volatile ContainerStatus status;
    private volatile @Nullable End ending;

    /** @param containerizer empty where it has no process, but may have others in it */
    LiveContainer(ContainerSpec spec, Optional<Containerizer> containerizer) {
        this.spec = spec;
        this.containerizer = containerizer;
        this.status =
                ContainerStatus.newBuilder().setContainerId(spec.id().toProto()).build();
    }

    public ContainerId id() {
        return spec.id();
    }

    public ContainerSpec spec() {
        return spec;
    }

    Optional<Containerizer> containerizer() {
        return containerizer;
    }

    /** The newest; at least its id. */
    public ContainerStatus status() {
        return status;
    }

    /** Completes when nothing of it is left on the host. */
    public CompletableFuture<End> end() {
        return end.copy();
    }

    public boolean isLive() {
        return !end.isDone();
    }

    /** From now on nothing may be launched in it. */
    void ending(End how) {
        ending = how;
    }

    /** How, when nothing but what is in it is left. */
    Optional<End> ending() {
        return Optional.ofNullable(ending);
    }

    /** What runs it, as soon as that is known. */
    public CompletableFuture<Container> container() {
        return begun.copy();
    }

    private Container running() throws IOException {
        Container container = begun.getNow(null);
        if (container == null || end.isDone()) {
            throw new IOException("Container " + id() + " is not running");
        }
        return container;
    }

    /**
     * Attaches to it, while it runs; this may block for a moment.
     *
     * @throws IOException where that is not possible, with a message for people
     */
    public ContainerIo attach(ContainerIo.Listener listener) throws IOException {
        return attachment.join(listener);
    }

    /** Ends it, at once or as soon as it has begun. */
    public void kill(long gracePeriodMs) {
        begun.thenAccept(container -> container.kill(gracePeriodMs));
    }

    /** Sends a signal to it, at once or as soon as it has begun. */
    public void signal(int number) {
        begun.thenAccept(container -> container.signal(number));
    }

    Container begun(Container container) {
        begun.complete(container);
        return container;
    }

    void seen(ContainerStatus newest) {
        status = newest;
    }

    void ended(End how) {
        end.complete(how);
    }
}
