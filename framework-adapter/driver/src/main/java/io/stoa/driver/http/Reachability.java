package io.stoa.driver.http;

import io.stoa.driver.loop.EventLoop;
import java.io.IOException;
import java.util.function.Consumer;

/** Whether somebody accepts connections. */
public final class Reachability {

    private Reachability() {}

    /**
     * Connects, and closes that connection. Does not block.
     *
     * @param then is told on the loop why nobody could be reached; empty where somebody could
     */
    public static void probe(EventLoop loop, Endpoint endpoint, ConnectionLimits limits, Consumer<String> then) {
        Thread thread = new Thread(
                () -> {
                    String failure = failure(endpoint, limits);
                    Runnable told = () -> then.accept(failure);
                    ApiConnection.insist(loop, told);
                },
                "stoa-driver-connect");
        thread.setDaemon(true);
        thread.start();
    }

    private static String failure(Endpoint endpoint, ConnectionLimits limits) {
        try (HttpSocket socket = new HttpSocket(limits.nanoClock())) {
            socket.connect(endpoint, limits.connectTimeoutMs());
            return "";
        } catch (IOException | RuntimeException | Error e) {
            return e.toString();
        }
    }
}
