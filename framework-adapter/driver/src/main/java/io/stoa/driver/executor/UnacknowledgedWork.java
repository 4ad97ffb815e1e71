package io.stoa.driver.executor;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What the agent may not know after a restart: updates that it has not acknowledged, and tasks of which it has
 * acknowledged none. In the order in which they came.
 */
final class UnacknowledgedWork {

    /** An agent acknowledges within milliseconds; an executor that has so many has run away. */
    static final int MAX_UPDATES = 100_000;

    private final Map<ByteBuffer, byte[]> updates = new LinkedHashMap<>();
    private final Map<String, byte[]> tasks = new LinkedHashMap<>();

    /** False if the task is there already. */
    boolean launched(String taskId, byte[] task) {
        return tasks.putIfAbsent(taskId, task) == null;
    }

    /** False if there are too many. */
    boolean updated(UUID uuid, byte[] update) {
        if (updates.size() >= MAX_UPDATES) {
            return false;
        }
        updates.put(ByteBuffer.wrap(ExecutorCalls.bytes(uuid)), update);
        return true;
    }

    /** False if there is no such update, or none any more. */
    boolean acknowledged(String taskId, byte[] uuid) {
        if (updates.remove(ByteBuffer.wrap(uuid)) == null) {
            return false;
        }
        tasks.remove(taskId);
        return true;
    }

    Collection<byte[]> updates() {
        return updates.values();
    }

    Collection<byte[]> tasks() {
        return tasks.values();
    }
}
