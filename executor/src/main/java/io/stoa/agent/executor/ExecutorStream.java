package io.stoa.agent.executor;

import org.apache.mesos.v1.executor.Protos.Event;

/** The way to one subscribed executor. Safe for use by any thread; nothing blocks. */
interface ExecutorStream {

    /** Sending to a stream that is over has no effect. */
    void send(Event event);

    /** Closes the stream after what was sent. */
    void end();
}
