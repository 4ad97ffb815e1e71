package io.stoa.libprocess;

/** Our processes that others can send messages to. Safe for use by any thread. */
public interface Processes {

    /**
     * Lets a process be reached until what is returned is closed. Messages to others are answered with 404.
     *
     * @param id its name
     * @throws IllegalArgumentException where the name cannot be one, or is taken
     */
    Registration register(String id, MessageReceiver receiver);

    /** That a process can be reached. */
    interface Registration extends AutoCloseable {

        /** Ends it; what is being received may still be. */
        @Override
        void close();
    }
}
