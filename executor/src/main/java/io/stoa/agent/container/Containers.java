package io.stoa.agent.container;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.Containerizer.Container;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;

/**
 * Every container that this agent has: those of executors and tasks, those nested in them, those that an operator
 * launched. Safe for use by any thread.
 *
 * <p>A container's children are ended when it ends, and its end is told after theirs. Of a child the end is remembered
 * until it is removed, or many others have ended since: whoever waits for it may ask when what it was in has ended,
 * too. Any other container is forgotten when it ends.
 */
public final class Containers {

    private static final int MAX_ENDED = 1_000;

    private final List<Containerizer> containerizers;
    private final NestedSandboxes nested;
    private final Map<ContainerId, LiveContainer> byId = new ConcurrentSkipListMap<>();
    private final AtomicLong launchErrors = new AtomicLong();
    /** Children, the oldest end first. */
    private final Queue<LiveContainer> ended = new ArrayDeque<>();

    /** @param containerizers in the order in which they are asked */
    public Containers(List<Containerizer> containerizers) {
        this(containerizers, NestedSandboxes.UNTOLD);
    }

    /** @param containerizers in the order in which they are asked */
    public Containers(List<Containerizer> containerizers, NestedSandboxes nested) {
        this.containerizers = List.copyOf(containerizers);
        this.nested = nested;
    }

    /** Their names, in the order in which they are asked. */
    public List<String> containerizers() {
        return containerizers.stream().map(Containerizer::name).toList();
    }

    /** Who can run it; what is nested is run by whoever runs its parent, if it has a process, and brings no image. */
    public Optional<Containerizer> containerizer(ContainerSpec spec) {
        Optional<Containerizer> ofParent = spec.id().parent().map(byId::get).flatMap(LiveContainer::containerizer);
        return ofParent.isPresent()
                ? ofParent.filter(any -> spec.workload().bringsNoImage())
                : containerizers.stream()
                        .filter(candidate -> candidate.accepts(spec))
                        .findFirst();
    }

    /**
     * Launches it.
     *
     * @param containerizer of {@link #containerizer}
     * @throws IllegalStateException where there is one of this id, or its parent has ended; with a message for people
     */
    public Container launch(Containerizer containerizer, ContainerSpec spec, ContainerListener listener) {
        LiveContainer live = new LiveContainer(spec, Optional.of(containerizer));
        if (byId.putIfAbsent(spec.id(), live) != null) {
            throw new IllegalStateException("container " + spec.id() + " is there already");
        }
        try {
            requireParent(spec.id());
            spec.nestedIn().ifPresent(around -> nested.taken(around, spec.sandbox()));
            return live.begun(containerizer.launch(spec, listener(live, listener)));
        } catch (RuntimeException e) {
            neverBegun(live, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** To be called when the child is known: either its parent's end finds it, or it finds its parent ending. */
    private void requireParent(ContainerId child) {
        if (child.parent().isPresent()
                && child.parent()
                        .flatMap(this::find)
                        .filter(parent -> parent.ending().isEmpty())
                        .isEmpty()) {
            throw new IllegalStateException("Parent container " + child.parent().get() + " does not exist");
        }
    }

    /** Its parent's end may wait for it already. */
    private void neverBegun(LiveContainer live, String why) {
        byId.remove(live.id(), live);
        live.ended(new End(TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LAUNCH_FAILED, why));
        left(live.spec());
    }

    private void left(ContainerSpec spec) {
        spec.nestedIn().ifPresent(around -> nested.left(around, spec.sandbox()));
    }

    /**
     * Limits a container without a process, in which others are to be.
     *
     * @throws IOException with a message for people
     */
    public void enclose(ContainerSpec spec) throws IOException {
        for (Containerizer containerizer : containerizers) {
            containerizer.enclose(spec);
        }
        enclosed(spec);
    }

    /** Takes up a container without a process; whoever ends it ends what is in it. */
    public void enclosed(ContainerSpec spec) {
        LiveContainer live = new LiveContainer(spec, Optional.empty());
        if (byId.putIfAbsent(spec.id(), live) == null) {
            live.begun(graceMs -> children(spec.id()).forEach(child -> child.kill(graceMs)));
        }
    }

    /** Nobody needs it any more; what is left in it is ended. */
    public void release(ContainerId id) {
        End released = new End(TaskState.TASK_FINISHED, null, "No task is left");
        endChildren(id, released).thenRun(() -> {
            containerizers.forEach(containerizer -> containerizer.release(id));
            find(id).ifPresent(live -> {
                byId.remove(id, live);
                live.ended(released);
            });
        });
    }

    /** Takes up what an earlier life of the agent launched; parents before their children. */
    public Optional<Container> recover(ContainerSpec spec, ContainerListener listener) {
        Optional<Containerizer> containerizer = containerizer(spec);
        if (containerizer.isEmpty()) {
            return Optional.empty();
        }
        LiveContainer live = new LiveContainer(spec, containerizer);
        byId.put(spec.id(), live);
        Optional<Container> container = containerizer.get().recover(spec, listener(live, listener));
        if (container.isEmpty()) {
            neverBegun(live, "There is nothing of it");
        }
        return container.map(live::begun);
    }

    /**
     * Removes what earlier lives of the agent left of containers that nobody knows any more; when all others are taken
     * up. May block.
     *
     * @param known those that are not here, but are not over either
     */
    public void removeOrphans(Predicate<ContainerId> known) {
        containerizers.forEach(
                containerizer -> containerizer.removeOrphans(id -> byId.containsKey(id) || known.test(id)));
    }

    /** Of containers that stand alone or are executors': those that never ran and were not to end. */
    public long launchErrors() {
        return launchErrors.get();
    }

    /**
     * What containers use now; without those of which nothing is known. May block.
     *
     * @throws IOException where the host does not tell
     */
    public Map<ContainerId, ResourceStatistics> usage(Collection<ContainerId> containers) throws IOException {
        Map<ContainerId, ResourceStatistics> usage = new HashMap<>();
        for (Containerizer containerizer : containerizers) {
            usage.putAll(containerizer.usage(containers));
        }
        return usage;
    }

    public Optional<LiveContainer> find(ContainerId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Sorted by id, each parent before its children; those that have ended included. */
    public List<LiveContainer> all() {
        return List.copyOf(byId.values());
    }

    /** Forgets one that has ended, with all below it. */
    public void forget(ContainerId id) {
        byId.keySet().removeIf(known -> known.equals(id) || known.isBelow(id));
    }

    /** Kills all that runs, whoever launched it; completes when it has ended. */
    public CompletableFuture<Void> endAll() {
        return end(byId.values().stream().filter(LiveContainer::isLive).toList());
    }

    /** Ends all that is nested in what ends; completes when that has ended. */
    private CompletableFuture<Void> endChildren(ContainerId id, End how) {
        find(id).ifPresent(live -> live.ending(how));
        return end(children(id));
    }

    private static CompletableFuture<Void> end(List<LiveContainer> some) {
        some.forEach(container -> container.kill(0));
        return CompletableFuture.allOf(some.stream().map(LiveContainer::end).toArray(CompletableFuture<?>[]::new));
    }

    private List<LiveContainer> children(ContainerId id) {
        return byId.values().stream()
                .filter(child -> child.id().parent().equals(Optional.of(id)))
                .filter(LiveContainer::isLive)
                .toList();
    }

    private void remember(LiveContainer child) {
        synchronized (ended) {
            ended.add(child);
            if (ended.size() > MAX_ENDED) {
                LiveContainer oldest = ended.remove();
                byId.remove(oldest.id(), oldest);
            }
        }
    }

    private ContainerListener listener(LiveContainer live, ContainerListener other) {
        return new ContainerListener() {
            private volatile boolean ran;

            @Override
            public void starting(ContainerStatus status) {
                live.seen(status);
                other.starting(status);
            }

            @Override
            public void running(ContainerStatus status) {
                live.seen(status);
                ran = true;
                other.running(status);
            }

            @Override
            public void ended(End own) {
                End end = live.id()
                        .parent()
                        .flatMap(Containers.this::find)
                        .flatMap(LiveContainer::ending)
                        .map(own::within)
                        .orElse(own);
                if (!ran
                        && end.state() == TaskState.TASK_FAILED
                        && live.id().parent().isEmpty()) {
                    launchErrors.incrementAndGet();
                }
                endChildren(live.id(), end).thenRun(() -> {
                    if (live.id().parent().isEmpty()) {
                        byId.remove(live.id(), live);
                    } else {
                        remember(live);
                    }
                    live.ended(end);
                    left(live.spec());
                    other.ended(end);
                });
            }
        };
    }
}
