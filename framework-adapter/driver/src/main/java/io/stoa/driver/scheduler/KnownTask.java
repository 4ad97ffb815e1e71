package io.stoa.driver.scheduler;

import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;

/** A task and its agent. */
final class KnownTask {

    private final byte[] taskId;
    private final byte[] agentId;

    private KnownTask(byte[] taskId, byte[] agentId) {
        this.taskId = taskId;
        this.agentId = agentId;
    }

    static KnownTask ofInfo(byte[] taskInfo) throws MalformedMessageException {
        WireMessage info = WireMessage.parse(taskInfo);
        return new KnownTask(info.bytes(2), info.bytes(3));
    }

    static KnownTask ofStatus(byte[] taskStatus) throws MalformedMessageException {
        WireMessage status = WireMessage.parse(taskStatus);
        return new KnownTask(status.bytes(1), status.bytes(5));
    }

    /** A {@code TaskID}. */
    byte[] taskId() {
        return taskId;
    }

    /** A {@code SlaveID}, empty if unknown. */
    byte[] agentId() {
        return agentId;
    }
}
