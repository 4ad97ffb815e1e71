package io.stoa.driver.executor;

import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The calls of one executor, in protobuf. */
final class ExecutorCalls {

    static final int TASK_STAGING = 6;

    private static final int SUBSCRIBE = 1;
    private static final int UPDATE = 2;
    private static final int MESSAGE = 3;
    private static final int SOURCE_EXECUTOR = 2;

    private static final int STATUS_STATE = 2;
    private static final int STATUS_AGENT_ID = 5;
    private static final int STATUS_TIMESTAMP = 6;
    private static final int STATUS_EXECUTOR_ID = 7;
    private static final int STATUS_SOURCE = 9;
    private static final int STATUS_UUID = 11;

    private final ExecutorSettings settings;

    ExecutorCalls(ExecutorSettings settings) {
        this.settings = settings;
    }

    /** With what the agent has not acknowledged. */
    byte[] subscribe(UnacknowledgedWork work) {
        WireWriter subscribe = new WireWriter();
        for (byte[] task : work.tasks()) {
            subscribe.bytes(1, task);
        }
        for (byte[] update : work.updates()) {
            subscribe.bytes(2, update);
        }
        return call(SUBSCRIBE).message(4, subscribe).toByteArray();
    }

    /** @param update as {@link #update} makes it */
    byte[] updateCall(byte[] update) {
        return call(UPDATE).bytes(5, update).toByteArray();
    }

    byte[] message(byte[] data) {
        return call(MESSAGE).message(6, new WireWriter().bytes(2, data)).toByteArray();
    }

    /** A {@code Call.Update} of the executor's status: whose it is and when it was is for the driver to say. */
    byte[] update(WireMessage status, UUID uuid, double seconds) {
        WireWriter whole = new WireWriter()
                .allBut(status, STATUS_AGENT_ID, STATUS_TIMESTAMP, STATUS_EXECUTOR_ID, STATUS_SOURCE, STATUS_UUID)
                .message(STATUS_AGENT_ID, id(settings.agentId()))
                .decimal(STATUS_TIMESTAMP, seconds)
                .message(STATUS_EXECUTOR_ID, id(settings.executorId()))
                .integer(STATUS_SOURCE, SOURCE_EXECUTOR)
                .bytes(STATUS_UUID, bytes(uuid));
        return new WireWriter().message(1, whole).toByteArray();
    }

    static int state(WireMessage status) {
        return status.integer(STATUS_STATE, TASK_STAGING);
    }

    static byte[] bytes(UUID uuid) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    private WireWriter call(int type) {
        return new WireWriter()
                .message(1, id(settings.executorId()))
                .message(2, id(settings.frameworkId()))
                .integer(3, type);
    }

    private static WireWriter id(String value) {
        return new WireWriter().text(1, value);
    }
}
