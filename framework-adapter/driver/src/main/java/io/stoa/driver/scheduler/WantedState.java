package io.stoa.driver.scheduler;

import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that change what the framework wants of the master: the last word of each role counts, so they take effect
 * in the order in which they were made. From the first that the master has not taken on they are all made again.
 * SUBSCRIBE says what they have said, and ends this. Belongs to the driver's loop.
 */
final class WantedState {

    private static final Logger LOG = LoggerFactory.getLogger(WantedState.class);
    private static final int MOST_WAITING = 1_000;
    private static final int MOST_TIMES = 8;
    private static final long LONGEST_WAIT_MS = 10_000;

    private final MasterLink link;
    private final GrowingDelay delay;
    /** All calls from the first that is not known to be taken. */
    private final Deque<Change> changes = new ArrayDeque<>();

    WantedState(EventLoop loop, long firstDelayMs, MasterLink link) {
        this.link = link;
        delay = new GrowingDelay(loop, firstDelayMs, LONGEST_WAIT_MS, this::repeat);
    }

    /**
     * Only while connected.
     *
     * @param onInvalid is told where the master finds the call wrong
     */
    void send(byte[] call, String type, Refused onInvalid) {
        Change change = new Change(call, type, onInvalid);
        changes.add(change);
        if (!delay.begun()) {
            send(change);
        } else if (changes.size() > MOST_WAITING) {
            link.renew(link.subscription(), "changes that were not taken: " + changes.size());
        }
    }

    /** The subscription is over. */
    void forget() {
        changes.clear();
        delay.reset();
    }

    private void repeat() {
        new ArrayList<>(changes).forEach(this::send);
    }

    private void send(Change change) {
        long subscription = link.subscription();
        change.times++;
        int time = change.times;
        link.send(change.bytes, new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                if (subscription != link.subscription() || time != change.times) {
                    return;
                }
                Refusal refusal = Refusal.of(status, text);
                if (refusal == Refusal.BUSY || refusal == Refusal.UNCERTAIN) {
                    notTaken(change, status + " " + text);
                } else {
                    settled(change);
                    if (refusal == Refusal.CALL && status == 400) {
                        change.onInvalid.refused(text);
                    }
                    link.refused(subscription, change.type, status, text);
                }
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                if (subscription == link.subscription() && time == change.times) {
                    notTaken(change, reason);
                }
            }
        });
    }

    private void settled(Change change) {
        change.settled = true;
        for (Change first = changes.peek(); first != null && first.settled; first = changes.peek()) {
            changes.remove();
        }
        if (changes.isEmpty()) {
            delay.reset();
        }
    }

    private void notTaken(Change change, String reason) {
        if (change.times == MOST_TIMES) {
            link.renew(link.subscription(), change.type + " was not taken: times=" + change.times + " " + reason);
            return;
        }
        LOG.info(
                "call is repeated framework={} call={} times={} reason={}",
                link.framework(),
                change.type,
                change.times,
                reason);
        delay.begin();
    }

    /** Hears why a call is wrong. */
    interface Refused {

        void refused(String text);
    }

    private static final class Change {
        private final byte[] bytes;
        private final String type;
        private final Refused onInvalid;
        private int times;
        private boolean settled;

        Change(byte[] bytes, String type, Refused onInvalid) {
            this.bytes = bytes;
            this.type = type;
            this.onInvalid = onInvalid;
        }
    }
}
