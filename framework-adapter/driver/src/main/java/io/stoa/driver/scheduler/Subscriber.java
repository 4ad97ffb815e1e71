package io.stoa.driver.scheduler;

import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;

/** What a {@link MasterLink} subscribes for. Called on the driver's loop. */
interface Subscriber {

    /** Which framework it is, for the log. */
    String framework();

    /** Whether a lost subscription is to be made again. */
    boolean running();

    /** The call, as of now. */
    byte[] subscribeCall();

    /** 0: none. */
    double failoverTimeoutSeconds();

    /**
     * The master took the subscription; events follow.
     *
     * @param frameworkId a {@code FrameworkID}
     * @param master a {@code MasterInfo}
     * @param again the same master had it before, so that it knows the framework
     */
    void subscribed(byte[] frameworkId, byte[] master, boolean again) throws MalformedMessageException;

    /**
     * A subscription that is over already had been taken.
     *
     * @param frameworkId a {@code FrameworkID}
     */
    void identified(byte[] frameworkId) throws MalformedMessageException;

    /** Called where {@link #subscribed} was called before. */
    void disconnected();

    /** An event other than SUBSCRIBED. */
    void received(WireMessage event) throws MalformedMessageException;

    /** There is no point in going on. */
    void failed(String reason);
}
