package io.stoa.master.operator;

import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import io.stoa.time.Time;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** The newest tasks and frameworks that are over. Safe for use by any thread: one tells, many ask, rarely. */
public final class History implements StateListener {

    /**
     * How much is remembered.
     *
     * @param frameworks {@code --max_completed_frameworks}
     * @param tasksPerFramework {@code --max_completed_tasks_per_framework}
     */
    public record Limits(int frameworks, int tasksPerFramework) {

        /** Mesos' own. */
        public static final Limits DEFAULTS = new Limits(50, 1_000);

        public Limits {
            if (frameworks < 0 || tasksPerFramework < 0) {
                throw new IllegalArgumentException("max_completed_frameworks, max_completed_tasks_per_framework: "
                        + frameworks + ", " + tasksPerFramework + " (expected: >= 0)");
            }
        }
    }

    /** @param removedMs since the epoch */
    public record PastFramework(Framework framework, long removedMs) {}

    /** Listeners are told of a commit within moments, of the largest on a busy machine within seconds. */
    private static final long MAX_LAG_MS = 10_000;

    private final long maxLagMs;
    private final Limits limits;
    private final Time time;
    private final Map<FrameworkId, Framework> present = new HashMap<>();
    private final Map<FrameworkId, ArrayDeque<Task>> tasks = new HashMap<>();
    private final LinkedHashMap<FrameworkId, PastFramework> past = new LinkedHashMap<>();
    private final StateVersion begin;
    private ClusterSnapshot newest;
    private boolean ended;
    /** Of frameworks that are there. */
    private final TaskTally tally = new TaskTally();

    /** @param begin what is there before the first change that is told */
    public History(ClusterSnapshot begin, Limits limits, Time time) {
        this(begin, limits, time, MAX_LAG_MS);
    }

    /** @param maxLagMs how long it may take until what is committed is told */
    History(ClusterSnapshot begin, Limits limits, Time time, long maxLagMs) {
        this.maxLagMs = maxLagMs;
        this.limits = limits;
        this.time = time;
        this.begin = begin.version();
        newest = begin;
        begin.frameworks().forEach(framework -> present.put(framework.id(), framework));
        begin.tasks().forEach(tally::add);
    }

    Time time() {
        return time;
    }

    @Override
    public synchronized void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        if (snapshot.version().compareTo(begin) <= 0) {
            return; // The begin knows of it.
        }
        Set<FrameworkId> leaving = leaving(changes);
        for (StateChange change : changes) {
            if (change instanceof StateChange.FrameworkAdmitted admitted) {
                present.put(admitted.framework().id(), admitted.framework());
            } else if (change instanceof StateChange.TaskClaimed claimed) {
                tally.add(claimed.task());
            } else if (change instanceof StateChange.TaskRemoved removed) {
                tally.remove(removed.task());
                over(removed.task(), leaving);
            } else if (change instanceof StateChange.TaskMoved moved) {
                tally.move(moved.task(), moved.state());
                if (moved instanceof StateChange.TaskStatusChanged changed && isBack(changed)) {
                    forget(changed.task().key());
                }
            } else if (change instanceof StateChange.FrameworkRemoved removed) {
                retire(removed.frameworkId());
            }
        }
        newest = snapshot;
        notifyAll();
    }

    /**
     * The newest state, once this has followed it: whatever is in it no more is here. Futures of commits are completed
     * before listeners are told; who asks behind the end of such a future waits for what it knows of to be here, too.
     * To be read before the rest.
     */
    synchronized ClusterSnapshot newest(SharedState state) {
        StateVersion published = state.snapshot().version();
        long endMs = time.monotonicMs() + maxLagMs;
        long leftMs = maxLagMs;
        while (!ended && newest.version().compareTo(published) < 0 && leftMs > 0) {
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            leftMs = endMs - time.monotonicMs();
        }
        return newest;
    }

    /** Nothing more is told, whatever is published: nobody waits for it. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Tasks that are over, oldest first. */
    public synchronized List<Task> tasksOf(FrameworkId frameworkId) {
        ArrayDeque<Task> kept = tasks.get(frameworkId);
        return kept == null ? List.of() : List.copyOf(kept);
    }

    /** Frameworks that are gone, oldest first. */
    public synchronized List<PastFramework> frameworks() {
        return List.copyOf(past.values());
    }

    /** The numbers of the tasks of frameworks that are there. */
    TaskTally tally() {
        return tally;
    }

    /** Tasks of this id in all frameworks, those that are gone included. */
    public synchronized List<Task> tasksNamed(String taskId) {
        return tasks.values().stream()
                .flatMap(ArrayDeque::stream)
                .filter(task -> task.key().taskId().equals(taskId))
                .toList();
    }

    /** Present or past; null for one that is not remembered. */
    synchronized @Nullable Framework framework(FrameworkId id) {
        Framework framework = present.get(id);
        PastFramework gone = framework == null ? past.get(id) : null;
        return gone == null ? framework : gone.framework();
    }

    private static Set<FrameworkId> leaving(List<StateChange> changes) {
        Set<FrameworkId> leaving = new HashSet<>();
        for (StateChange change : changes) {
            if (change instanceof StateChange.FrameworkRemoved removed) {
                leaving.add(removed.frameworkId());
            }
        }
        return leaving;
    }

    /** Of an unreachable task that is forgotten nobody knows how it ended, or whether it did. */
    private void over(Task task, Set<FrameworkId> leaving) {
        if (!task.isTerminal() && leaving.contains(task.key().frameworkId())) {
            keep(killed(task));
        } else if (task.state() != TaskState.TASK_UNREACHABLE) {
            keep(task);
        }
    }

    private void keep(Task task) {
        ArrayDeque<Task> kept = tasks.computeIfAbsent(task.key().frameworkId(), id -> new ArrayDeque<>());
        kept.addLast(task);
        tally.add(task);
        if (kept.size() > limits.tasksPerFramework()) {
            tally.remove(kept.removeFirst());
        }
    }

    /** An agent came back with a task that had been given up for good. */
    private static boolean isBack(StateChange.TaskStatusChanged changed) {
        return changed.status().getReason() == TaskStatus.Reason.REASON_AGENT_REREGISTERED
                && changed.task().state() != TaskState.TASK_UNREACHABLE;
    }

    private void forget(TaskKey key) {
        ArrayDeque<Task> kept = tasks.get(key.frameworkId());
        if (kept != null) {
            kept.stream().filter(task -> task.key().equals(key)).forEach(tally::remove);
            kept.removeIf(task -> task.key().equals(key));
        }
    }

    /** A framework that goes ends all that it has. */
    private Task killed(Task task) {
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task.key().taskId()))
                .setAgentId(AgentID.newBuilder().setValue(task.agentId().value()))
                .setState(TaskState.TASK_KILLED)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(TaskStatus.Reason.REASON_FRAMEWORK_REMOVED)
                .setMessage("Framework " + task.key().frameworkId() + " removed")
                .setTimestamp(time.epochMs() / 1e3);
        task.executorId()
                .ifPresent(id -> status.setExecutorId(ExecutorID.newBuilder().setValue(id)));
        return task.with(status.build());
    }

    private void retire(FrameworkId id) {
        Framework framework = present.remove(id);
        if (framework == null) {
            return;
        }
        tasksOf(id).forEach(tally::remove);
        past.put(id, new PastFramework(framework, time.epochMs()));
        if (past.size() > limits.frameworks()) {
            FrameworkId oldest = past.keySet().iterator().next();
            past.remove(oldest);
            tasks.remove(oldest);
        }
    }
}
