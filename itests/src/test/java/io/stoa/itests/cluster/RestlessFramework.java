package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/**
 * Launches tasks on every offer, kills some, and notes what it hears of them. When its stream ends it subscribes again
 * with its id. A task writes its id and its pid behind those of the others; of three one stays and two end at once.
 */
final class RestlessFramework implements AutoCloseable {

    /** Staging is none: a launch that is cut fails, as it is told then. */
    private static final Set<TaskState> THERE =
            EnumSet.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);

    private static final Set<TaskState> NOT_THERE = EnumSet.of(
            TaskState.TASK_LOST,
            TaskState.TASK_DROPPED,
            TaskState.TASK_UNKNOWN,
            TaskState.TASK_GONE,
            TaskState.TASK_ERROR,
            TaskState.TASK_FAILED);
    private static final int TASKS_AN_OFFER = 6;
    private static final int MAX_STAYING = 10;
    private static final int RETRY_MS = 50;

    private final String name;
    private final String master;
    private final StartedTasks started;
    private final Random random;
    private final Map<String, Set<TaskState>> heard = new ConcurrentHashMap<>();
    private final Map<String, TaskStatus> last = new ConcurrentHashMap<>();
    private final Set<String> launched = ConcurrentHashMap.newKeySet();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final AtomicInteger updates = new AtomicInteger();
    /** That run, as far as it knows, oldest first. */
    private final Set<String> staying = new LinkedHashSet<>();

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private int seen;
    private volatile boolean quiet;
    private volatile @Nullable SchedulerClient client;

    /** @param master {@code host:port} of any master */
    RestlessFramework(String name, String master, StartedTasks started, long seed) {
        this.name = name;
        this.master = master;
        this.started = started;
        random = new Random(seed);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        FrameworkInfo info = framework(name).build();
        while (closed.getCount() > 0) {
            try {
                SchedulerClient current = SchedulerClient.subscribe(master, info);
                info = info.toBuilder().setId(current.id()).build();
                ids.add(current.id().getValue());
                client = current;
                subscriptions.incrementAndGet();
                try {
                    serve(current);
                } finally {
                    noteTheRest(current);
                }
            } catch (IOException | AssertionError e) {
                // The master is gone, or not there yet.
            } catch (InterruptedException e) {
                return;
            }
            client = null;
            pause();
        }
    }

    private void pause() {
        try {
            boolean unused = closed.await(RETRY_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What has come is acknowledged, and nobody says it again. */
    private void noteTheRest(SchedulerClient current) throws IOException, InterruptedException {
        current.close();
        List<Event> next = current.eventsBehind(seen);
        while (!next.isEmpty()) {
            seen += next.size();
            next.stream()
                    .filter(Event::hasUpdate)
                    .forEach(event -> note(event.getUpdate().getStatus()));
            next = current.eventsBehind(seen);
        }
    }

    private void serve(SchedulerClient current) throws IOException, InterruptedException {
        seen = 0;
        List<Event> next = current.eventsBehind(seen);
        while (!next.isEmpty()) {
            for (Event event : next) {
                seen++;
                switch (event.getType()) {
                    case OFFERS -> {
                        for (Offer offer : event.getOffers().getOffersList()) {
                            accept(current, offer);
                        }
                    }
                    case UPDATE -> updated(current, event.getUpdate().getStatus());
                    default -> {
                        // Nothing that it cares for.
                    }
                }
            }
            next = current.eventsBehind(seen);
        }
    }

    private void accept(SchedulerClient current, Offer offer) throws IOException, InterruptedException {
        Call.Accept.Builder accept = Call.Accept.newBuilder()
                .addOfferIds(offer.getId())
                .setFilters(Filters.newBuilder().setRefuseSeconds(0));
        if (!quiet) {
            List<TaskInfo> tasks = new ArrayList<>();
            for (int i = 0; i < TASKS_AN_OFFER; i++) {
                String id = name + "-" + launched.size();
                launched.add(id);
                String note = started.noteOf(id);
                tasks.add(shellTask(id, offer.getAgentId(), i % 3 == 0 ? note + "; exec sleep 1000" : note));
            }
            accept.addOperations(Offer.Operation.newBuilder()
                    .setType(Offer.Operation.Type.LAUNCH)
                    .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks)));
        }
        current.call(Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept));
    }

    private void updated(SchedulerClient current, TaskStatus status) throws IOException, InterruptedException {
        note(status);
        if (status.getState() == TaskState.TASK_RUNNING && !quiet) {
            // However long it goes on, not all of the cluster is in use by those that stay.
            if (staying.size() > MAX_STAYING) {
                String oldest = staying.iterator().next();
                staying.remove(oldest);
                current.call(kill(oldest));
            } else if (random.nextInt(3) > 0) {
                current.call(kill(status.getTaskId().getValue()));
            }
        }
    }

    private void note(TaskStatus status) {
        String id = status.getTaskId().getValue();
        heard.computeIfAbsent(id, first -> EnumSet.noneOf(TaskState.class)).add(status.getState());
        if (status.getState() == TaskState.TASK_RUNNING) {
            staying.add(id);
        } else {
            staying.remove(id);
        }
        last.put(id, status);
        answered.add(id);
        updates.incrementAndGet();
    }

    /** How many updates it has heard. */
    int updates() {
        return updates.get();
    }

    /** How many times it has subscribed. */
    int subscriptions() {
        return subscriptions.get();
    }

    /** Which ids it was given. */
    Set<String> ids() {
        return Set.copyOf(ids);
    }

    /** Every task that it ever asked for. */
    Set<String> launched() {
        return Set.copyOf(launched);
    }

    /** How many of its tasks came to their end by themselves. */
    long finished() {
        return heard.values().stream()
                .filter(states -> states.contains(TaskState.TASK_FINISHED))
                .count();
    }

    /** Launches and kills nothing from now on. */
    void rest() {
        quiet = true;
    }

    /**
     * Asks for all tasks, and again for those that were not answered, as frameworks have to: a new leader says nothing
     * of what it does not know while agents may still come back with it. Returns when each has been answered.
     */
    void reconcile() {
        answered.clear();
        await().pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    Set<String> asked = new HashSet<>(launched);
                    asked.removeAll(answered);
                    SchedulerClient current = client;
                    if (!asked.isEmpty() && current != null) {
                        current.call(Call.newBuilder()
                                .setType(Call.Type.RECONCILE)
                                .setReconcile(Call.Reconcile.newBuilder()
                                        .addAllTasks(asked.stream()
                                                .map(id -> Call.Reconcile.Task.newBuilder()
                                                        .setTaskId(TaskID.newBuilder()
                                                                .setValue(id))
                                                        .build())
                                                .toList())));
                    }
                    return asked.isEmpty();
                });
    }

    /** Goes for good, and its tasks with it. */
    void tearDown() throws IOException, InterruptedException {
        SchedulerClient current = client;
        if (current != null) {
            current.call(Call.newBuilder().setType(Call.Type.TEARDOWN));
        }
    }

    /**
     * After {@link #reconcile}: a task that ended and was acknowledged is forgotten, and rightly so; one that somebody
     * has seen and nobody has heard the end of is not.
     */
    void assertThatWhatWasSeenIsKnown() throws IOException {
        Set<String> ran = new HashSet<>(started.ids());
        for (String task : launched) {
            Set<TaskState> states = heard.getOrDefault(task, Set.of());
            boolean ended = states.contains(TaskState.TASK_FINISHED) || states.contains(TaskState.TASK_KILLED);
            boolean seen = ran.contains(task) || states.stream().anyMatch(THERE::contains);
            if (seen && !ended) {
                assertThat(states)
                        .as("what was heard of %s, at last: %s", task, last.get(task))
                        .doesNotContainAnyElementsOf(NOT_THERE);
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        SchedulerClient current = client;
        if (current != null) {
            current.close();
        }
    }
}
