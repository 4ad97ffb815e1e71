package io.stoa.agent.container;

import java.io.IOException;

/**
 * The way into a container for who is attached to it; what comes out goes to a listener. Calls may block as long as
 * nothing in the container reads.
 */
public interface ContainerIo extends AutoCloseable {

    /** Where output comes from. With a TTY all is STDOUT. */
    enum Source {
        STDOUT,
        STDERR
    }

    /** Learns what comes out of a container: any number of outputs, then, at most once, the end of all of them. */
    interface Listener {

        /** May block: nothing more is read from the container until it returns. */
        void output(Source source, byte[] data);

        /** Nothing more will come. */
        void ended();
    }

    /**
     * Ignored where the connection has broken, which the listener is told.
     *
     * @throws IOException where the container takes no input, with a message for people
     */
    void input(byte[] data) throws IOException;

    /** Closes stdin, unless it is a TTY. */
    void endInput() throws IOException;

    /** Tells the container's TTY, where it has one, how large the window is in which it is shown. */
    void window(int rows, int columns) throws IOException;

    /** Leaves the container alone; the listener hears nothing more. */
    @Override
    void close();
}
