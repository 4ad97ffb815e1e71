package io.stoa.client;

import io.stoa.proto.v1.Selection;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * Who a scheduler is, and its limits.
 *
 * @param info name, user, roles (with the capability MULTI_ROLE), failover_timeout in s; with an id: that scheduler, of
 *     which this is another instance, and whoever is subscribed is superseded; where there is none of that id, it is
 *     made. The id of one that was removed is never had again
 * @param entry what to do where there is no id
 * @param selection the part of the cluster to look at; everything where nothing is said. Without agents there is little
 *     to propose
 * @param limits of what is under way
 */
public record SchedulerConfig(FrameworkInfo info, Entry entry, Optional<Selection> selection, Limits limits) {

    /** How an instance that is not given an id gets one. */
    public enum Entry {
        /** As a new scheduler. */
        NEW,
        /**
         * As the scheduler of that name, whose instance is superseded where one is subscribed; as a new one where there
         * is none. Of two that come as the first ones within the moment that a subscription takes, both may become
         * schedulers; from then on whoever wants to take over fails, since there is more than one of that name. Where
         * that may happen, give the info an id of your own: whichever subscribes with it first makes the scheduler, and
         * the next one supersedes it.
         */
        TAKE_OVER,
        /**
         * As {@link #TAKE_OVER}, but waits while another instance is subscribed. Of many that wait one gets the place.
         */
        STAND_BY
    }

    /**
     * @param proposalsUnderWay at most; 16 where nothing is said
     * @param proposePauseMs between a {@code propose} that had nothing and the next one that only the view is the
     *     reason of, so that who looks at all of a busy cluster does nothing else; 10 where nothing is said
     * @param patienceMs for how long a proposal without answer is sent again; 600,000 where nothing is said
     */
    public record Limits(int proposalsUnderWay, long proposePauseMs, long patienceMs) {

        /** The key of a commit is remembered for the newest 1,000 of its scheduler. */
        private static final int MAX_UNDER_WAY = 500;

        public static final Limits STANDARD = new Limits(16, 10, 600_000);

        public Limits {
            if (proposalsUnderWay < 1 || proposalsUnderWay > MAX_UNDER_WAY) {
                throw new IllegalArgumentException(
                        "proposalsUnderWay: " + proposalsUnderWay + " (expected: 1 to " + MAX_UNDER_WAY + ")");
            }
            if (proposePauseMs < 0) {
                throw new IllegalArgumentException("proposePauseMs: " + proposePauseMs + " (expected: >= 0)");
            }
            ClientConfig.atLeastOne("patienceMs", patienceMs);
        }
    }

    public SchedulerConfig {
        if (info.hasId() && entry == Entry.STAND_BY && info.getId().getValue().isEmpty()) {
            throw new IllegalArgumentException("info.id: '' (expected: an id, or none)");
        }
    }

    public static SchedulerConfig of(FrameworkInfo info) {
        return new SchedulerConfig(info, Entry.NEW, Optional.empty(), Limits.STANDARD);
    }

    public SchedulerConfig with(Entry how) {
        return new SchedulerConfig(info, how, selection, limits);
    }

    public SchedulerConfig with(Selection part) {
        return new SchedulerConfig(info, entry, Optional.of(part), limits);
    }

    public SchedulerConfig with(Limits some) {
        return new SchedulerConfig(info, entry, selection, some);
    }
}
