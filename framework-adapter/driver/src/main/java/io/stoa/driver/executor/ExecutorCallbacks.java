package io.stoa.driver.executor;

import java.io.IOException;

/**
 * A framework's executor. Messages are in protobuf; v0 and v1 have the same form there. Called on the driver's loop,
 * one at a time. What the framework throws comes out, whatever it is; so does an {@link IOException} for a message that
 * the framework's own bindings cannot read.
 */
public interface ExecutorCallbacks {

    /**
     * @param executor an {@code ExecutorInfo}
     * @param framework a {@code FrameworkInfo}
     * @param agent a {@code SlaveInfo}
     */
    void registered(byte[] executor, byte[] framework, byte[] agent) throws IOException;

    void reregistered(byte[] agent) throws IOException;

    void launchTask(byte[] task) throws IOException;

    void killTask(byte[] taskId) throws IOException;

    void frameworkMessage(byte[] data);

    void shutdown();

    /** The driver is aborted before. */
    void error(String message);

    /** The driver shall be aborted: nothing more will come. */
    void abort();
}
