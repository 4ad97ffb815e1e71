package io.stoa.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are told where to listen, and again after they have ended. */
public final class FreePorts {

    /** Below the ports from which Linux takes those of outgoing connections, and those that agents offer. */
    private static final int FIRST = 10_240;

    private static final int BLOCKS = 80;
    private static final int BLOCK_SIZE = 256;

    /** Held as long as this JVM lives: the ports that follow are its own, and no other test's of those at work now. */
    private static final ServerSocket BLOCK = takeBlock();

    private static int given;

    private FreePorts() {}

    /** One that nobody listens at, on no address. */
    public static int next() {
        return inARow(1);
    }

    /**
     * The first of some that follow each other and that nobody listens at.
     *
     * @param count few
     */
    public static synchronized int inARow(int count) {
        while (true) {
            // In turn, so that none is given again while its server has yet to begin, or to come back.
            given = given + count < BLOCK_SIZE ? given : 0;
            int first = BLOCK.getLocalPort() + 1 + given;
            given += count;
            if (areFree(first, count)) {
                return first;
            }
        }
    }

    private static ServerSocket takeBlock() {
        int start = ThreadLocalRandom.current().nextInt(BLOCKS);
        for (int tried = 0; tried < BLOCKS; tried++) {
            try {
                return new ServerSocket(FIRST + (start + tried) % BLOCKS * BLOCK_SIZE);
            } catch (IOException e) {
                // Another JVM's.
            }
        }
        throw new IllegalStateException("no free ports: of " + BLOCKS + " blocks each is in use");
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
