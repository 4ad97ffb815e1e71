package io.stoa.driver.http;

import io.stoa.testing.Patience;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Notes as lines of text what a connection tells, and what becomes of calls. */
final class HeardEvents implements ApiListener {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public void subscribed(String streamId) {
        heard.add("subscribed " + streamId);
    }

    @Override
    public void received(byte[] event) {
        heard.add(
                event.length < 100
                        ? "received " + new String(event, StandardCharsets.UTF_8)
                        : "received " + event.length + " bytes");
    }

    @Override
    public void late(byte[] event) {
        heard.add("late " + new String(event, StandardCharsets.UTF_8));
    }

    @Override
    public void refused(int status, String text) {
        heard.add("refused " + status + " " + text);
    }

    @Override
    public void lost(String reason) {
        heard.add("lost " + reason);
    }

    /** Outcomes of the calls that it is given to. */
    CallOutcome of(String call) {
        return new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                heard.add(call + " answered " + status + " " + text);
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                heard.add(call + (mayHaveArrived ? " perhaps " : " never ") + "arrived: " + reason);
            }
        };
    }

    void add(String line) {
        heard.add(line);
    }

    /** The next line; waits for it with patience. */
    String next() throws InterruptedException {
        String next = Patience.next(heard);
        return next == null ? "nothing" : next;
    }

    boolean isEmpty() {
        return heard.isEmpty();
    }
}
