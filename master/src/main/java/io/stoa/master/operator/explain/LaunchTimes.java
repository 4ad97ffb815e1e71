package io.stoa.master.operator.explain;

import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import io.stoa.time.Time;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When tasks were launched of which no agent has said anything yet. Safe for use by any thread: one tells, many ask.
 */
public final class LaunchTimes implements StateListener {

    private final Time time;
    private final Map<TaskKey, Long> launchedMs = new ConcurrentHashMap<>();

    public LaunchTimes(Time time) {
        this.time = time;
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskClaimed claimed) {
                launchedMs.put(claimed.task().key(), time.epochMs());
            } else if (change instanceof StateChange.TaskStatusChanged changed) {
                launchedMs.remove(changed.task().key());
            } else if (change instanceof StateChange.TaskRemoved removed) {
                launchedMs.remove(removed.task().key());
            }
        }
    }

    /** In ms since the epoch; empty for a task that an agent has said something of, or that another leader launched. */
    OptionalLong of(TaskKey key) {
        Long known = launchedMs.get(key);
        return known == null ? OptionalLong.empty() : OptionalLong.of(known);
    }
}
