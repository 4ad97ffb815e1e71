package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.decline;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reconcile;
import static io.stoa.itests.Calls.revive;
import static io.stoa.itests.Calls.suppress;
import static io.stoa.itests.Calls.update;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;

import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/**
 * A framework that does whatever comes to its mind with its offers, its roles and its tasks, until it is told what it
 * wants. When its stream ends it subscribes again with its id.
 */
final class FickleFramework implements AutoCloseable {

    /** What it is up to. */
    private enum Mood {
        WILD,
        WANTING_NOTHING,
        WANTING_EVERYTHING
    }

    private static final Set<TaskState> ALIVE = Set.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
    private static final List<String> ROLES = List.of("eng", "eng/web", "ops", "*");
    private static final int MAX_TASKS = 6;
    private static final int MAX_PAUSE_MS = 100;

    private final ProcessCluster cluster;
    private final StartedTasks started;
    private final Random random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, TaskState> heard = new ConcurrentHashMap<>();
    private final Set<String> launched = ConcurrentHashMap.newKeySet();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private FrameworkInfo info;
    private volatile Mood mood = Mood.WILD;
    private volatile @Nullable SchedulerClient client;

    FickleFramework(ProcessCluster cluster, String name, StartedTasks started, Random random) {
        this.cluster = cluster;
        this.started = started;
        this.random = random;
        FrameworkInfo.Builder first = framework(name, "eng/web", "ops");
        if (random.nextBoolean()) {
            first.getLabelsBuilder()
                    .addLabels(Label.newBuilder().setKey("stoa.offers").setValue("optimistic"));
        }
        info = first.build();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!pausedUntilClosed()) {
            try (SchedulerClient current = SchedulerClient.subscribe(cluster.address(), info)) {
                info = info.toBuilder().setId(current.id()).build();
                serve(current);
            } catch (IOException | AssertionError e) {
                complain(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                return;
            }
            client = null;
        }
    }

    /** Only what a master that is there finds wrong. */
    private void complain(String message) {
        if (message.contains(" with 400") && !message.contains("Framework cannot be found")) {
            complaints.add(message);
        }
    }

    private boolean pausedUntilClosed() {
        try {
            return closed.await(random.nextInt(MAX_PAUSE_MS), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void serve(SchedulerClient current) throws IOException, InterruptedException {
        Mood before = Mood.WILD;
        int seen = 0;
        client = current;
        while (!current.hasEnded() && !pausedUntilClosed()) {
            List<Event> events = current.events();
            events.subList(seen, events.size()).forEach(this::hear);
            seen = events.size();
            Mood now = mood;
            if (now == Mood.WILD) {
                beWild(current);
            } else if (now == Mood.WANTING_NOTHING) {
                current.call(suppress());
                giveBackAll(current);
            } else if (now != before) {
                current.call(revive());
            }
            before = now;
        }
    }

    private void hear(Event event) {
        if (event.getType() == Event.Type.UPDATE) {
            TaskStatus status = event.getUpdate().getStatus();
            heard.put(status.getTaskId().getValue(), status.getState());
            if (status.getReason() == TaskStatus.Reason.REASON_RECONCILIATION) {
                answered.add(status.getTaskId().getValue());
            }
        }
    }

    private static void giveBackAll(SchedulerClient current) throws IOException, InterruptedException {
        for (Offer offer : current.openOffers()) {
            current.call(decline(offer, 0));
        }
    }

    private void beWild(SchedulerClient current) throws IOException, InterruptedException {
        for (Offer offer : current.openOffers()) {
            switch (random.nextInt(4)) {
                case 0 -> current.call(decline(offer, random.nextInt(3)));
                case 1 -> {
                    // Kept for a while.
                }
                default -> current.call(launchOn(offer));
            }
        }
        switch (random.nextInt(20)) {
            case 0 -> current.call(suppress(anyOfItsRoles()));
            case 1, 2 -> current.call(revive());
            case 3 -> {
                FrameworkInfo changed =
                        info.toBuilder().clearRoles().addAllRoles(someRoles()).build();
                current.call(update(changed));
                info = changed;
            }
            case 4, 5, 6, 7 -> killOne(current);
            default -> {
                // Nothing, most of the time.
            }
        }
    }

    private String anyOfItsRoles() {
        return info.getRoles(random.nextInt(info.getRolesCount()));
    }

    private List<String> someRoles() {
        List<String> roles = new ArrayList<>(ROLES);
        roles.removeIf(role -> random.nextBoolean());
        return roles.isEmpty() ? List.of("ops") : roles;
    }

    private Call.Builder launchOn(Offer offer) {
        double cpus = Resources.of(offer.getResourcesList()).scalarMilli("cpus") / 1000.0;
        List<TaskInfo> tasks = new ArrayList<>();
        for (double size = 0.1 + random.nextInt(10) / 10.0; size <= cpus; cpus -= size) {
            if (alive().size() + tasks.size() == MAX_TASKS) {
                break;
            }
            String id = info.getName() + "-" + launched.size();
            launched.add(id);
            String command = started.noteOf(id) + (random.nextBoolean() ? "; exec sleep 1000" : "");
            tasks.add(shellTask(
                    id,
                    offer.getAgentId(),
                    command,
                    Resources.parse("cpus:" + size + ";mem:16").toProto()));
        }
        Call.Builder call = accept(offer, launch(tasks.toArray(TaskInfo[]::new)));
        call.getAcceptBuilder().getFiltersBuilder().setRefuseSeconds(random.nextInt(3));
        return call;
    }

    private void killOne(SchedulerClient current) throws IOException, InterruptedException {
        List<String> alive = List.copyOf(alive());
        if (!alive.isEmpty()) {
            current.call(kill(alive.get(random.nextInt(alive.size()))));
        }
    }

    /** Its id; it has subscribed. */
    String id() {
        return info.getId().getValue();
    }

    boolean isSubscribed() {
        return client != null;
    }

    /** How many tasks it has asked for. */
    int launched() {
        return launched.size();
    }

    /** The tasks that run, as far as it was told. */
    Set<String> alive() {
        Set<String> alive = ConcurrentHashMap.newKeySet();
        heard.forEach((id, state) -> {
            if (ALIVE.contains(state)) {
                alive.add(id);
            }
        });
        return alive;
    }

    /** What a master found wrong with its calls. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void wantNothing() {
        mood = Mood.WANTING_NOTHING;
    }

    void wantEverything() {
        mood = Mood.WANTING_EVERYTHING;
    }

    /** What it could accept now. */
    Resources offered() {
        SchedulerClient current = client;
        return current == null
                ? Resources.EMPTY
                : current.openOffers().stream()
                        .map(offer -> Resources.of(offer.getResourcesList()))
                        .reduce(Resources.EMPTY, Resources::plus);
    }

    /** Asks for all its tasks; true when each has been answered. Has to be called until it is. */
    boolean isReconciled() throws IOException, InterruptedException {
        SchedulerClient current = client;
        if (current == null) {
            return false;
        }
        if (answered.containsAll(launched)) {
            return true;
        }
        current.call(reconcile(launched.toArray(String[]::new)));
        return false;
    }

    void killAll() throws IOException, InterruptedException {
        SchedulerClient current = client;
        if (current != null) {
            for (String id : alive()) {
                current.call(kill(id));
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
