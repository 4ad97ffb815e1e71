package io.stoa.master.link;

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
                sinceMs + timeoutMs, "agent did not reregister within " + text(timeoutMs) + " after disconnecting");
    }

    static Absence failover(long sinceMs, long timeoutMs) {
        return new Absence(
                sinceMs + timeoutMs, "did not reregister within " + text(timeoutMs) + " after master failover");
    }

    Absence orEarlier(Absence other) {
        return other.lostAtMs < lostAtMs ? other : this;
    }

    /** As Mesos prints durations: in the largest unit in which it is a whole number. */
    static String text(long ms) {
        long[] units = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000};
        String[] names = {"weeks", "days", "hrs", "mins", "secs"};
        for (int i = 0; i < units.length; i++) {
            if (ms >= units[i] && ms % units[i] == 0) {
                return ms / units[i] + names[i];
            }
        }
        return ms + "ms";
    }
}
