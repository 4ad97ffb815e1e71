package io.stoa.client;

import static io.stoa.testing.Patience.await;
import static java.util.Objects.requireNonNull;

import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** Proposes what the test wants, once each, and keeps what it is told. */
final class RecordingScheduler implements Scheduler {

    final List<Decision> decisions = Collections.synchronizedList(new ArrayList<>());
    /** What the view showed with each decision. */
    final List<String> viewed = Collections.synchronizedList(new ArrayList<>());

    final List<Long> generations = Collections.synchronizedList(new ArrayList<>());
    /** Tasks whose statuses are to be acknowledged later. */
    final Set<String> left = Collections.synchronizedSet(new HashSet<>());

    final AtomicInteger replaced = new AtomicInteger();
    final AtomicInteger disconnections = new AtomicInteger();
    final AtomicInteger supersessions = new AtomicInteger();
    volatile @Nullable RuntimeException fault;

    private final Deque<Function<ClusterView, Proposal>> wanted = new ArrayDeque<>();
    private final List<Long> decidedNanos = Collections.synchronizedList(new ArrayList<>());
    private volatile @Nullable Function<ClusterView, Proposal> always;
    private volatile @Nullable Identity identity;

    void want(SchedulerLoop loop, Function<ClusterView, Proposal> proposal) {
        synchronized (wanted) {
            wanted.add(proposal);
        }
        loop.wake();
    }

    /** Each time that it is asked. */
    void always(Function<ClusterView, Proposal> proposal) {
        always = proposal;
    }

    Identity awaitSubscribed() {
        return requireNonNull(await().until(() -> identity, known -> known != null));
    }

    String id() {
        return awaitSubscribed().getSchedulerId();
    }

    Decision awaitDecision() {
        return awaitDecisions(1).get(0);
    }

    List<Decision> awaitDecisions(int count) {
        await().until(() -> decisions.size() >= count);
        return List.copyOf(decisions);
    }

    long passedMs(int from, int to) {
        return (decidedNanos.get(to) - decidedNanos.get(from)) / 1_000_000;
    }

    @Override
    public void subscribed(Identity as) {
        generations.add(as.getGeneration());
        identity = as;
    }

    @Override
    public void replaced(ClusterView view) {
        replaced.incrementAndGet();
    }

    @Override
    public Optional<Proposal> propose(ClusterView view) {
        Function<ClusterView, Proposal> each = always;
        if (each != null) {
            return Optional.of(each.apply(view));
        }
        Function<ClusterView, Proposal> next;
        synchronized (wanted) {
            next = wanted.poll();
        }
        return Optional.ofNullable(next).map(proposal -> proposal.apply(view));
    }

    @Override
    public void decided(Decision decision, ClusterView view) {
        decidedNanos.add(System.nanoTime());
        List<String> tasks = view.tasksOf(requireNonNull(identity).getSchedulerId()).stream()
                .map(Task::getTaskId)
                .sorted()
                .toList();
        viewed.add("tasks=" + tasks + " cpus="
                + view.agent("A1").map(agent -> agent.free().scalar("cpus")).orElse(-1.0) + " underWay="
                + view.isUnderWay("T1"));
        decisions.add(decision);
    }

    @Override
    public boolean updated(TaskStatus status) {
        RuntimeException thrown = fault;
        if (thrown != null) {
            throw thrown;
        }
        return !left.contains(status.getTaskId().getValue());
    }

    @Override
    public void disconnected() {
        disconnections.incrementAndGet();
    }

    @Override
    public void superseded() {
        supersessions.incrementAndGet();
    }
}
