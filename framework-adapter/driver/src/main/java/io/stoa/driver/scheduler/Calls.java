package io.stoa.driver.scheduler;

import io.stoa.driver.wire.WireWriter;
import java.util.Collection;
import java.util.List;

/** Writes calls of Mesos' v1 scheduler API, by the numbers of {@code mesos/v1/scheduler/scheduler.proto}. */
final class Calls {

    private static final int SUBSCRIBE = 1;
    private static final int TEARDOWN = 2;
    private static final int ACCEPT = 3;
    private static final int DECLINE = 4;
    private static final int REVIVE = 5;
    private static final int KILL = 6;
    private static final int ACKNOWLEDGE = 8;
    private static final int RECONCILE = 9;
    private static final int MESSAGE = 10;
    private static final int REQUEST = 11;
    private static final int SUPPRESS = 12;
    private static final int UPDATE_FRAMEWORK = 17;

    private Calls() {}

    /**
     * @param frameworkId a {@code FrameworkID}, empty for a framework that has none yet; as all ids here, in protobuf
     */
    static byte[] subscribe(byte[] frameworkId, byte[] framework, Collection<String> suppressed, byte[] constraints) {
        return call(frameworkId, SUBSCRIBE)
                .message(3, described(framework, suppressed, constraints))
                .toByteArray();
    }

    static byte[] updateFramework(
            byte[] frameworkId, byte[] framework, Collection<String> suppressed, byte[] constraints) {
        return call(frameworkId, UPDATE_FRAMEWORK)
                .message(19, described(framework, suppressed, constraints))
                .toByteArray();
    }

    private static WireWriter described(byte[] framework, Collection<String> suppressed, byte[] constraints) {
        WireWriter described = new WireWriter().bytes(1, framework);
        suppressed.forEach(role -> described.text(2, role));
        return described.bytes(3, constraints);
    }

    static byte[] teardown(byte[] frameworkId) {
        return call(frameworkId, TEARDOWN).toByteArray();
    }

    static byte[] accept(byte[] frameworkId, List<byte[]> offerIds, List<byte[]> operations, byte[] filters) {
        WireWriter accept = new WireWriter();
        offerIds.forEach(id -> accept.bytes(1, id));
        operations.forEach(operation -> accept.bytes(2, operation));
        return call(frameworkId, ACCEPT).message(4, accept.bytes(3, filters)).toByteArray();
    }

    static byte[] decline(byte[] frameworkId, Collection<byte[]> offerIds, byte[] filters) {
        WireWriter decline = new WireWriter();
        offerIds.forEach(id -> decline.bytes(1, id));
        return call(frameworkId, DECLINE).message(5, decline.bytes(2, filters)).toByteArray();
    }

    /** @param roles none: all */
    static byte[] revive(byte[] frameworkId, Collection<String> roles) {
        return call(frameworkId, REVIVE, 15, roles);
    }

    /** @param roles none: all */
    static byte[] suppress(byte[] frameworkId, Collection<String> roles) {
        return call(frameworkId, SUPPRESS, 16, roles);
    }

    private static byte[] call(byte[] frameworkId, int type, int field, Collection<String> roles) {
        WireWriter call = call(frameworkId, type);
        if (!roles.isEmpty()) {
            WireWriter named = new WireWriter();
            roles.forEach(role -> named.text(1, role));
            call.message(field, named);
        }
        return call.toByteArray();
    }

    static byte[] kill(byte[] frameworkId, byte[] taskId) {
        return call(frameworkId, KILL)
                .message(6, new WireWriter().bytes(1, taskId))
                .toByteArray();
    }

    /** @param uuid its 16 bytes */
    static byte[] acknowledge(byte[] frameworkId, byte[] agentId, byte[] taskId, byte[] uuid) {
        return call(frameworkId, ACKNOWLEDGE)
                .message(8, new WireWriter().bytes(1, agentId).bytes(2, taskId).bytes(3, uuid))
                .toByteArray();
    }

    /** @param tasks none: implicit reconciliation, of all */
    static byte[] reconcile(byte[] frameworkId, Collection<KnownTask> tasks) {
        WireWriter reconcile = new WireWriter();
        for (KnownTask task : tasks) {
            WireWriter asked = new WireWriter().bytes(1, task.taskId());
            if (task.agentId().length > 0) {
                asked.bytes(2, task.agentId());
            }
            reconcile.message(1, asked);
        }
        return call(frameworkId, RECONCILE).message(9, reconcile).toByteArray();
    }

    static byte[] message(byte[] frameworkId, byte[] agentId, byte[] executorId, byte[] data) {
        return call(frameworkId, MESSAGE)
                .message(
                        10,
                        new WireWriter().bytes(1, agentId).bytes(2, executorId).bytes(3, data))
                .toByteArray();
    }

    static byte[] request(byte[] frameworkId, List<byte[]> requests) {
        WireWriter request = new WireWriter();
        requests.forEach(asked -> request.bytes(1, asked));
        return call(frameworkId, REQUEST).message(11, request).toByteArray();
    }

    private static WireWriter call(byte[] frameworkId, int type) {
        WireWriter call = new WireWriter();
        if (frameworkId.length > 0) {
            call.bytes(1, frameworkId);
        }
        return call.integer(2, type);
    }
}
