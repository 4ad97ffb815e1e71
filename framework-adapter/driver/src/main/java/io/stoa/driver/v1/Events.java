package io.stoa.driver.v1;

import io.stoa.driver.wire.WireWriter;
import java.util.List;

/** Makes {@code Event}s. */
final class Events {

    static final int SUBSCRIBED = 1;

    private static final int OFFERS = 2;
    private static final int RESCIND = 3;
    private static final int UPDATE = 4;
    private static final int MESSAGE = 5;
    private static final int FAILURE = 6;
    private static final int ERROR = 7;
    private static final int HEARTBEAT = 8;

    private Events() {}

    static byte[] subscribed(byte[] frameworkId, double heartbeatSeconds, byte[] master) {
        WireWriter subscribed = new WireWriter()
                .bytes(1, frameworkId)
                .decimal(2, heartbeatSeconds)
                .bytes(3, master);
        return event(SUBSCRIBED, 2, subscribed);
    }

    static byte[] heartbeat() {
        return new WireWriter().integer(1, HEARTBEAT).toByteArray();
    }

    static byte[] offers(List<byte[]> offers) {
        WireWriter all = new WireWriter();
        for (byte[] offer : offers) {
            all.bytes(1, offer);
        }
        return event(OFFERS, 3, all);
    }

    static byte[] rescind(byte[] offerId) {
        return event(RESCIND, 4, new WireWriter().bytes(1, offerId));
    }

    static byte[] update(byte[] status) {
        return event(UPDATE, 5, new WireWriter().bytes(1, status));
    }

    static byte[] message(byte[] agentId, byte[] executorId, byte[] data) {
        return event(
                MESSAGE,
                6,
                new WireWriter().bytes(1, agentId).bytes(2, executorId).bytes(3, data));
    }

    static byte[] failure(byte[] agentId) {
        return event(FAILURE, 7, new WireWriter().bytes(1, agentId));
    }

    static byte[] failure(byte[] agentId, byte[] executorId, int status) {
        return event(
                FAILURE,
                7,
                new WireWriter().bytes(1, agentId).bytes(2, executorId).integer(3, status));
    }

    static byte[] error(String message) {
        return event(ERROR, 8, new WireWriter().text(1, message));
    }

    private static byte[] event(int type, int field, WireWriter content) {
        return new WireWriter().integer(1, type).message(field, content).toByteArray();
    }
}
