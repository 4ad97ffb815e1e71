package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The agent's end of a shim's socket. */
record ShimLink(SocketChannel channel, Runnable whenEnded) implements ShimLoop.Connection {

    /** Asks the shim to end its command: SIGTERM now, SIGKILL after the grace period. */
    void kill(long gracePeriodMs) {
        write("kill " + Math.max(0, gracePeriodMs) + "\n");
    }

    /** Sends a signal to the first process of its command. */
    void signal(int number) {
        write("signal " + number + "\n");
    }

    private void write(String text) {
        ByteBuffer line = ByteBuffer.wrap(text.getBytes(US_ASCII));
        try {
            channel.write(line);
        } catch (IOException e) {
            // The shim is gone, which the loop sees too: there is nothing left to kill.
            return;
        }
        if (line.hasRemaining()) {
            throw new IllegalStateException(
                    "The shim does not read: " + line.remaining() + " bytes left (expected: 0)");
        }
    }

    /** A shim says nothing, so whatever can be read is the end. */
    @Override
    public boolean hasEnded(ByteBuffer nothing) {
        try {
            if (channel.read(nothing) == 0) {
                return false;
            }
            channel.close();
        } catch (IOException e) {
            // Reset: the shim ended before it took the connection.
            closeQuietly();
        }
        return true;
    }

    @Override
    public void ended() {
        whenEnded.run();
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("A socket that cannot be closed", e);
        }
    }
}
