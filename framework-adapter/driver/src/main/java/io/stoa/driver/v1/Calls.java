package io.stoa.driver.v1;

import io.stoa.driver.wire.WireMessage;

/** Types of {@code Call}, and how a call is told from another. */
final class Calls {

    static final int SUBSCRIBE = 1;
    static final int TEARDOWN = 2;
    static final int ACCEPT = 3;
    static final int DECLINE = 4;
    static final int REVIVE = 5;
    static final int KILL = 6;
    static final int ACKNOWLEDGE = 8;
    static final int RECONCILE = 9;
    static final int MESSAGE = 10;
    static final int REQUEST = 11;
    static final int SUPPRESS = 12;

    private static final int TYPE = 2;

    private Calls() {}

    static int type(WireMessage call) {
        return call.integer(TYPE, 0);
    }
}
