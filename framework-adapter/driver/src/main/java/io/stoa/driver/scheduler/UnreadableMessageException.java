package io.stoa.driver.scheduler;

import java.io.IOException;

/** The framework's bindings, older than the master, cannot read a message: that is not the framework's fault. */
public final class UnreadableMessageException extends IOException {

    private static final long serialVersionUID = 1;

    public UnreadableMessageException(IOException cause) {
        super("The framework's bindings cannot read a message: " + cause.getMessage(), cause);
    }
}
