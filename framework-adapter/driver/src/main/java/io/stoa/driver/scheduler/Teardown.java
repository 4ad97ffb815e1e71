package io.stoa.driver.scheduler;

import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.loop.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a framework, told again and again to a master that is too busy to hear it: otherwise the tasks would run
 * on until the framework's failover timeout. Whoever waits for the end limits how long. Belongs to the driver's loop.
 */
final class Teardown implements CallOutcome {

    private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);
    private static final long LONGEST_WAIT_MS = 1_000;

    private final MasterLink link;
    private final byte[] call;
    private final Runnable then;
    private final GrowingDelay delay;

    /** @param then runs when the master has answered, or cannot any more; perhaps more than once */
    Teardown(EventLoop loop, long firstDelayMs, MasterLink link, byte[] call, Runnable then) {
        this.link = link;
        this.call = call;
        this.then = then;
        delay = new GrowingDelay(loop, firstDelayMs, LONGEST_WAIT_MS, this::send);
    }

    void send() {
        if (link.connected()) {
            link.send(call, this);
        } else {
            then.run();
        }
    }

    @Override
    public void answered(int status, String text) {
        Refusal refusal = Refusal.of(status, text);
        if (refusal == Refusal.BUSY || refusal == Refusal.UNCERTAIN) {
            repeat(status + " " + text);
            return;
        }
        if (refusal != Refusal.NONE) {
            LOG.warn("call was refused call=TEARDOWN status={} text={}", status, text);
        }
        then.run();
    }

    /** The framework may be gone by now: then the master says so to the repetition. */
    @Override
    public void unanswered(String reason, boolean mayHaveArrived) {
        repeat(reason);
    }

    private void repeat(String reason) {
        LOG.info("call is repeated call=TEARDOWN reason={}", reason);
        delay.begin();
    }
}
