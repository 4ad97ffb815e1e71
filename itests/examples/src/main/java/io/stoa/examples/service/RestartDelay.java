package io.stoa.examples.service;

/**
 * How long to wait before an instance that ended by itself is started again: twice as long each time, up to a limit.
 * One that had run for longer than the limit begins anew.
 */
record RestartDelay(long firstMs, long mostMs) {

    RestartDelay {
        if (firstMs < 1 || mostMs < firstMs) {
            throw new IllegalArgumentException(
                    "delays: " + firstMs + " to " + mostMs + " ms (expected: 1 <= first <= most)");
        }
    }

    /** How often in a row the instance has ended by itself, now that this try has ended. */
    int failuresAfter(Instance ended) {
        if (!ended.endedByItself()) {
            return 0;
        }
        return ended.toldAtMs() - ended.claimedAtMs() > mostMs ? 1 : ended.failures() + 1;
    }

    /** When the next try may be claimed. */
    long notBeforeMs(Instance ended, long nowMs) {
        int failures = failuresAfter(ended);
        if (failures == 0) {
            return 0;
        }
        // The clocks of hosts differ: nothing ends in the future.
        return Math.min(ended.toldAtMs(), nowMs) + delayMs(failures);
    }

    private long delayMs(int failures) {
        int doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(mostMs) - 1);
        long delay = firstMs << doublings;
        return delay < 0 || delay > mostMs ? mostMs : delay;
    }
}
