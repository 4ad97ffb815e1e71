package io.stoa.mesos.scheduler;

import io.stoa.mesos.constraint.RegexLimits;
import java.util.Set;

/**
 * How the scheduler API behaves.
 *
 * @param roles the only roles frameworks may be in ({@code --roles}); empty for all
 * @param rootSubmissions whether frameworks of user root are let in ({@code --root_submissions})
 * @param heartbeatIntervalMs time between heartbeats
 * @param recoveryTimeoutMs how long a framework has at least to come back after a change of the leader
 * @param regexLimits how costly regular expressions in offer constraints may be
 * @param maxPendingCalls calls of one framework that may wait to be handled; more are refused
 */
public record SchedulerConfig(
        Set<String> roles,
        boolean rootSubmissions,
        long heartbeatIntervalMs,
        long recoveryTimeoutMs,
        RegexLimits regexLimits,
        int maxPendingCalls) {

    /** Mesos' defaults; 600 s to come back, which is what Mesos gives agents after a change of the leader. */
    public static final SchedulerConfig DEFAULTS =
            new SchedulerConfig(Set.of(), true, 15_000, 600_000, RegexLimits.DEFAULTS, 10_000);

    public SchedulerConfig {
        roles = Set.copyOf(roles);
    }
}
