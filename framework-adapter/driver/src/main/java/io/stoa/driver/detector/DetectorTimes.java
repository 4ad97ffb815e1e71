package io.stoa.driver.detector;

/** How patient detection is. */
public final class DetectorTimes {

    private final int sessionTimeoutMs;
    private final long retryMs;

    /**
     * @param sessionTimeoutMs of the ZooKeeper session; so long without a connection, and all is begun anew
     * @param retryMs the longest wait before something that failed is tried again; a random part of it is waited
     */
    public DetectorTimes(int sessionTimeoutMs, long retryMs) {
        this.sessionTimeoutMs = sessionTimeoutMs;
        this.retryMs = retryMs;
    }

    /** Mesos' own. */
    public static DetectorTimes usual() {
        return new DetectorTimes(10_000, 2_000);
    }

    int sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    long retryMs() {
        return retryMs;
    }
}
