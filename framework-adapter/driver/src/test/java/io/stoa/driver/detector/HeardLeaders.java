package io.stoa.driver.detector;

import io.stoa.testing.Patience;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Notes as lines of text who leads. */
final class HeardLeaders implements LeaderListener {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public void detected(@Nullable Leader leader) {
        heard.add(leader == null ? "none" : leader.toString());
    }

    @Override
    public void failed(String reason) {
        heard.add("failed " + reason);
    }

    /** The next line; waits for it with patience. */
    String next() {
        try {
            String next = Patience.next(heard);
            return next == null ? "nothing" : next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isEmpty() {
        return heard.isEmpty();
    }
}
