package io.stoa.master.link;

import com.google.protobuf.ByteString;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Of which tasks the newest update waits for its framework's acknowledgement: until then the agent keeps later ones
 * back. A new leader does not know of updates from before. At most one for each task. Safe for use by any thread.
 */
final class UnacknowledgedUpdates {

    private final ConcurrentHashMap<TaskKey, ByteString> uuids = new ConcurrentHashMap<>();

    boolean contains(TaskKey task) {
        return uuids.containsKey(task);
    }

    void acknowledged(TaskKey task, ByteString uuid) {
        uuids.remove(task, uuid);
    }

    void committed(List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskStatusChanged changed
                    && changed.status().hasUuid()) {
                uuids.put(changed.task().key(), changed.status().getUuid());
            } else if (change instanceof StateChange.TaskRemoved removed) {
                uuids.remove(removed.task().key());
            }
        }
    }
}
