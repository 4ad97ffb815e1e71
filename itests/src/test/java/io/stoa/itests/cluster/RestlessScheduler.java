package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.stoa.itests.NativeScheduler;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.CommitMode;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.Operation;
import io.stoa.proto.v1.ReconcileRequest;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Claims for tasks again and again over RPC, kills some, and notes what it hears of them. When its stream ends it
 * subscribes again with its id, and asks once more what was not answered, with the same key. A task writes its id and
 * its pid behind those of the others; of three one stays and two end at once.
 */
final class RestlessScheduler implements AutoCloseable {

    /** Of a task that never ran. */
    private static final Set<TaskState> NEVER_RAN =
            EnumSet.of(TaskState.TASK_LOST, TaskState.TASK_DROPPED, TaskState.TASK_KILLED);

    private static final Set<TaskState> ENDED = EnumSet.of(TaskState.TASK_FINISHED, TaskState.TASK_KILLED);
    private static final Set<TaskState> NOT_YET_RUNNING = EnumSet.of(TaskState.TASK_STAGING, TaskState.TASK_STARTING);
    private static final int CLAIMS_A_COMMIT = 6;
    private static final int PAUSE_MS = 50;
    private static final int TURNS_A_RECONCILIATION = 20;

    private final String name;
    private final String master;
    private final StartedTasks started;
    private final Random random;
    private final Map<String, Set<TaskState>> heard = new ConcurrentHashMap<>();
    private final Set<String> committed = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Set<String> killed = new HashSet<>();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final List<Status> complaints = new CopyOnWriteArrayList<>();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final AtomicInteger updates = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private int commits;
    private int asked;
    private int turns;
    private int seen;
    private volatile boolean quiet;
    private volatile CommitRequest.@Nullable Builder unanswered;

    /** @param master {@code host:port} of who leads, now or later */
    RestlessScheduler(String name, String master, StartedTasks started, long seed) {
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
        while (!pausedUntilClosed()) {
            try {
                NativeScheduler current = NativeScheduler.subscribe(master, info);
                info = info.toBuilder()
                        .setId(FrameworkID.newBuilder().setValue(current.id()))
                        .build();
                ids.add(current.id());
                subscriptions.incrementAndGet();
                seen = 0;
                try {
                    serve(current);
                } finally {
                    // What has come is acknowledged, and nobody says it again.
                    current.close();
                    current.awaitEnd();
                    hearNews(current);
                }
            } catch (StatusRuntimeException e) {
                complain(e);
            } catch (AssertionError e) {
                // There is no master to subscribe at yet.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Not where the master is gone. */
    private void complain(StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
            complaints.add(e.getStatus());
        }
    }

    private boolean pausedUntilClosed() {
        try {
            return closed.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void hearNews(NativeScheduler current) {
        List<TaskStatus> statuses = current.statuses();
        statuses.subList(seen, statuses.size()).forEach(this::hear);
        seen = statuses.size();
    }

    private void serve(NativeScheduler current) {
        while (current.end().isEmpty() && !pausedUntilClosed()) {
            hearNews(current);
            if (unanswered == null && !quiet) {
                unanswered = proposal(current);
            }
            CommitRequest.Builder request = unanswered;
            if (request != null && request.getOperationsCount() > 0) {
                decided(request, current.commit(request));
            }
            unanswered = null;
            if (quiet && ++turns % TURNS_A_RECONCILIATION == 0) {
                reconcile(current);
            }
        }
    }

    /** That a task was lost is told once, by the master: who was not subscribed just then has to ask. */
    private void reconcile(NativeScheduler current) {
        Set<String> unknown = unsettled();
        if (!unknown.isEmpty()) {
            current.calls()
                    .reconcile(ReconcileRequest.newBuilder()
                            .setIdentity(current.identity())
                            .addAllTaskIds(unknown)
                            .build());
        }
    }

    private void hear(TaskStatus status) {
        heard.computeIfAbsent(status.getTaskId().getValue(), first -> EnumSet.noneOf(TaskState.class))
                .add(status.getState());
        updates.incrementAndGet();
    }

    /** Without operations while there are no agents. */
    private CommitRequest.Builder proposal(NativeScheduler current) {
        List<Agent> agents = current.snapshot().getAgentsList();
        CommitRequest.Builder request =
                CommitRequest.newBuilder().setMode(CommitMode.INCREMENTAL).setIdempotencyKey("commit-" + commits++);
        for (int i = 0; i < CLAIMS_A_COMMIT && !agents.isEmpty(); i++) {
            String id = name + "-" + asked++;
            String note = started.noteOf(id);
            AgentID agent = AgentID.newBuilder()
                    .setValue(agents.get(random.nextInt(agents.size())).getAgentId())
                    .build();
            request.addOperations(
                    NativeScheduler.claim(shellTask(id, agent, i % 3 == 0 ? note + "; exec sleep 1000" : note)));
        }
        heard.forEach((id, states) -> {
            if (states.contains(TaskState.TASK_RUNNING) && random.nextInt(3) > 0 && killed.add(id)) {
                request.addOperations(NativeScheduler.kill(id));
            }
        });
        return request;
    }

    private void decided(CommitRequest.Builder request, CommitResponse response) {
        Set<Integer> conflicted = new HashSet<>();
        for (Conflict conflict : response.getConflictsList()) {
            conflicted.add(conflict.getOperation());
        }
        for (int i = 0; i < request.getOperationsCount(); i++) {
            Operation operation = request.getOperations(i);
            if (operation.hasClaim()) {
                (conflicted.contains(i) ? refused : committed)
                        .add(operation.getClaim().getTask().getTaskId().getValue());
            }
        }
    }

    /** What a master found wrong with its calls. */
    List<Status> complaints() {
        return List.copyOf(complaints);
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

    /** Every task whose claim was committed. */
    Set<String> committed() {
        return Set.copyOf(committed);
    }

    /** Proposes nothing new from now on. */
    void rest() {
        quiet = true;
    }

    /** While it rests: whether everything is answered, and of every task it was told the end or that it runs. */
    boolean isSettled() {
        return unanswered == null && unsettled().isEmpty();
    }

    private Set<String> unsettled() {
        Set<String> unsettled = new HashSet<>(committed);
        unsettled.removeIf(
                id -> heard.getOrDefault(id, Set.of()).stream().anyMatch(state -> !NOT_YET_RUNNING.contains(state)));
        return unsettled;
    }

    /** Tasks that run, as far as it was told. */
    Set<String> alive() {
        Set<String> alive = new HashSet<>(committed);
        alive.removeIf(id -> heard.getOrDefault(id, Set.of()).stream()
                .anyMatch(state -> ENDED.contains(state) || NEVER_RAN.contains(state)));
        return alive;
    }

    /** After it is settled: what was committed ran, or it was told that it did not; what was refused never ran. */
    void assertThatItWasToldWhatCameTrue(Set<String> ran) {
        assertThat(ran).doesNotContainAnyElementsOf(refused);
        for (String id : committed) {
            Set<TaskState> states = heard.getOrDefault(id, Set.of());
            if (ran.contains(id)) {
                assertThat(states)
                        .as(id)
                        .doesNotContain(TaskState.TASK_LOST, TaskState.TASK_DROPPED, TaskState.TASK_FAILED);
            } else {
                assertThat(states).as(id).containsAnyElementsOf(NEVER_RAN);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
