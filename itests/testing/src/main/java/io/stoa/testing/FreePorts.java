package io.stoa.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are told where to listen, and again after they have ended. */
public final class FreePorts {

    /** Below the ports from which Linux takes those of outgoing connections: none of these comes in between. */
    private static final int FIRST = 10_240;

    private static final int END = 32_768;

    /** Tests run in several JVMs at the same time (see the pom), which must not find the same port free. */
    private static final int JVMS = 4;

    private static final int JVM = Integer.getInteger("surefire.forkNumber", 1) % JVMS;

    private FreePorts() {}

    /** One that nobody listens at, on no address. */
    public static int next() {
        return inARow(1);
    }

    /** The first of some that follow each other and that nobody listens at. */
    public static int inARow(int count) {
        while (true) {
            int share = (END - FIRST) / JVMS;
            int first = FIRST + JVM * share + ThreadLocalRandom.current().nextInt(share - count);
            if (areFree(first, count)) {
                return first;
            }
        }
    }

    private static boolean areFree(int port, int count) {
        if (count == 0) {
            return true;
        }
        try (ServerSocket held = new ServerSocket(port)) {
            return held.isBound() && areFree(port + 1, count - 1);
        } catch (IOException e) {
            return false;
        }
    }
}
