package io.stoa.agent;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports for servers that are told where to listen, and again after they have ended. */
public final class FreePorts {

    /** Below those that Linux gives to whoever asks for any; those of other modules' tests are others. */
    private static final int FIRST = 32_360;

    /** Tests run in several JVMs at the same time, each of which has as many ports. */
    private static final int JVMS = 4;

    private static final int COUNT = 90;
    private static final int OWN = FIRST + Integer.getInteger("surefire.forkNumber", 1) % JVMS * COUNT;
    private static final AtomicInteger NEXT = new AtomicInteger();

    private FreePorts() {}

    /** One that nothing listens at, on no address, and that nobody else gets. */
    public static int next() throws IOException {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = OWN + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket probe = new ServerSocket(port)) {
                return probe.getLocalPort();
            } catch (BindException e) {
                // Somebody else's, or still of the test before: the next one.
            }
        }
        throw new IOException("ports from " + OWN + ": " + COUNT + " are taken (expected: one is free)");
    }
}
