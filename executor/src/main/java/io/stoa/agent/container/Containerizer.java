package io.stoa.agent.container;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** A way to run tasks. Calls do not block; what happens is told to the listener, on any thread, in order. */
public interface Containerizer {

    /** The name in {@code --containerizers}: {@code mesos} or {@code docker}. */
    String name();

    /** True where this is the containerizer that the task asks for. */
    boolean accepts(ContainerSpec spec);

    /**
     * Shows the task's persistent volumes in its sandbox, before it is launched; this may block.
     *
     * @throws IOException with a message for people
     */
    void attachVolumes(ContainerSpec spec) throws IOException;

    /**
     * Limits a container that has no process, and of which only those nested in it are launched; again when it is to
     * have more. This may block.
     *
     * @throws IOException with a message for people
     */
    default void enclose(ContainerSpec spec) throws IOException {}

    /** Ends what {@link #enclose} made, when nothing is nested in it any more; this may block. */
    default void release(ContainerId id) {}

    /** Starts the task: fetches its URIs, gets its image, runs it. */
    Container launch(ContainerSpec spec, ContainerListener listener);

    /**
     * Takes up a task that an earlier life of the agent launched under the same spec: it is running, or its exit status
     * was recorded. Empty where there is no trace that it ever ran.
     */
    Optional<Container> recover(ContainerSpec spec, ContainerListener listener);

    /**
     * Removes what earlier lives of the agent left of containers that nobody knows any more; once, when all others are
     * taken up. May block.
     *
     * @param known those that are, or are about to be
     */
    default void removeOrphans(Predicate<ContainerId> known) {}

    /**
     * What containers of it use now; without those of which nothing is known. This may block.
     *
     * @throws IOException where the host does not tell
     */
    default Map<ContainerId, ResourceStatistics> usage(Collection<ContainerId> containers) throws IOException {
        return Map.of();
    }

    /** A task that runs, or is about to. */
    interface Container {

        int SIGKILL = 9;

        /**
         * Ends it: SIGTERM to everything in it, SIGKILL after the grace period. May come at any time, also while the
         * task is being fetched; a second call with a shorter grace period shortens it.
         */
        void kill(long gracePeriodMs);

        /**
         * What it is to have has changed; its limits, where it has any, and its volumes follow. This may block; one
         * change after the other.
         *
         * @throws IOException with a message for people
         */
        default void update(ContainerSpec changed) throws IOException {}

        /**
         * Runs a command beside it, once it is running: with its user, its environment, its directory and its limits.
         *
         * @param begun called, on any thread, when the command is about to begin: before, it waits for others
         * @return how the command ended; fails where it could not be run; cancelling it kills the command
         */
        default CompletableFuture<WaitStatus> execute(CommandInfo command, Runnable begun) {
            return CompletableFuture.failedFuture(
                    new UnsupportedOperationException("This container runs nothing else"));
        }

        /**
         * Where its ports are from here: on the host's loopback interface, unless it has a network of its own; empty
         * where nobody can reach it.
         */
        default Optional<String> address(boolean ipv6) {
            return Optional.of(ipv6 ? "::1" : "127.0.0.1");
        }

        /** Sends a signal to its first process; SIGKILL ends all of it. Nothing happens where it does not run. */
        default void signal(int number) {
            if (number == SIGKILL) {
                kill(0);
            }
        }

        /**
         * Connects to its stdin, stdout and stderr, of which nobody else can be connected at the same time; this may
         * block for a moment.
         *
         * @throws IOException where it was not launched so that this is possible, or has ended
         */
        default ContainerIo io(ContainerIo.Listener listener) throws IOException {
            throw new IOException("I/O switchboard server was disabled for this container");
        }
    }
}
