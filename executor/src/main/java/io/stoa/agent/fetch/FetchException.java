package io.stoa.agent.fetch;

import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;

/**
 * A URI that could not be brought into the sandbox, or must not be; the message is for the people who launched the
 * task.
 */
public final class FetchException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    FetchException(String message) {
        super(message);
    }

    FetchException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What an exception says to people who do not know where it comes from. */
    static String reason(Throwable failure) {
        if (failure instanceof EOFException) {
            return "it ends before it is complete";
        }
        boolean saysIt = failure instanceof IOException && failure.getMessage() != null;
        return saysIt ? String.valueOf(failure.getMessage()) : failure.toString();
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
