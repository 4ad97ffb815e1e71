package io.stoa.master.link;

import io.stoa.flags.DurationText;

/**
 * Until when an agent is waited for.
 *
 * @param lostAtMs when it is taken for lost unless it is heard before, on the monotonic clock
 * @param cause what frameworks are told then, in Mesos' words
 */
record Absence(long lostAtMs, String cause) {

    static Absence silence(long lostAtMs) {
        return new Absence(lostAtMs, "health check timed out");
    }

    static Absence disconnection(long sinceMs, long timeoutMs) {
        return new Absence(
                sinceMs + timeoutMs,
                "agent did not reregister within " + DurationText.of(timeoutMs) + " after disconnecting");
    }

    static Absence failover(long sinceMs, long timeoutMs) {
        return new Absence(
                sinceMs + timeoutMs,
                "did not reregister within " + DurationText.of(timeoutMs) + " after master failover");
    }

    Absence orEarlier(Absence other) {
        return other.lostAtMs < lostAtMs ? other : this;
    }
}
