package io.stoa.driver.scheduler;

import java.io.IOException;
import java.util.List;

/**
 * A framework's scheduler. Messages are in protobuf; v0 and v1 have the same form there. Called on the driver's loop,
 * one at a time. What the framework throws comes out, whatever it is.
 */
public interface SchedulerCallbacks {

    /**
     * @param frameworkId a {@code FrameworkID}
     * @param master a {@code MasterInfo}
     * @throws IOException here and below: a message that the framework's own bindings cannot read; an
     *     {@link UnreadableMessageException} where the framework can do without
     */
    void registered(byte[] frameworkId, byte[] master) throws IOException;

    void reregistered(byte[] master) throws IOException;

    void disconnected();

    /** Returns those offers that the framework's own bindings cannot read, of which it is not told. */
    List<byte[]> resourceOffers(List<byte[]> offers) throws IOException;

    void offerRescinded(byte[] offerId) throws IOException;

    void statusUpdate(byte[] status) throws IOException;

    void frameworkMessage(byte[] executorId, byte[] agentId, byte[] data) throws IOException;

    void slaveLost(byte[] agentId) throws IOException;

    /** @param status as of {@code wait} */
    void executorLost(byte[] executorId, byte[] agentId, int status) throws IOException;

    void error(String message);
}
