package io.stoa.driver.scheduler;

import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that do no harm when the master gets them twice, and whose order among others does not matter: made again until
 * the master has taken them. Where it takes none for long, the subscription is renewed, which gives back all offers and
 * tells the framework that it has to ask anew. Belongs to the driver's loop.
 */
final class RepeatedCalls {

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedCalls.class);
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_TIMES = 8;
    private static final long LONGEST_WAIT_MS = 30_000;

    private final MasterLink link;
    private final GrowingDelay delay;
    private final Deque<Repeated> waiting = new ArrayDeque<>();

    RepeatedCalls(EventLoop loop, long firstDelayMs, MasterLink link) {
        this.link = link;
        delay = new GrowingDelay(loop, firstDelayMs, LONGEST_WAIT_MS, this::repeat);
    }

    /** Only while connected. */
    void send(byte[] call, String type) {
        send(new Repeated(call, type));
    }

    /** The subscription is over, and what waited for it of no interest any more. */
    void forget() {
        waiting.clear();
        delay.reset();
    }

    private void repeat() {
        List<Repeated> due = new ArrayList<>(waiting);
        waiting.clear();
        due.forEach(this::send);
    }

    private void send(Repeated call) {
        long subscription = link.subscription();
        link.send(call.bytes, new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                Refusal refusal = Refusal.of(status, text);
                if (refusal == Refusal.BUSY || refusal == Refusal.UNCERTAIN) {
                    notTaken(subscription, call, status + " " + text);
                } else if (refusal == Refusal.NONE) {
                    if (waiting.isEmpty()) {
                        delay.reset();
                    }
                } else {
                    link.refused(subscription, call.type, status, text);
                }
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                notTaken(subscription, call, reason);
            }
        });
    }

    private void notTaken(long subscription, Repeated call, String reason) {
        if (subscription != link.subscription()) {
            LOG.debug("no answer call={} reason={}", call.type, reason);
            return;
        }
        call.times++;
        if (call.times == MOST_TIMES || waiting.size() == MOST_WAITING) {
            link.renew(
                    subscription,
                    call.type + " was not taken: times=" + call.times + " waiting=" + waiting.size() + " " + reason);
            return;
        }
        LOG.info(
                "call is repeated framework={} call={} times={} reason={}",
                link.framework(),
                call.type,
                call.times,
                reason);
        waiting.add(call);
        delay.begin();
    }

    private static final class Repeated {
        private final byte[] bytes;
        private final String type;
        private int times;

        Repeated(byte[] bytes, String type) {
            this.bytes = bytes;
            this.type = type;
        }
    }
}
