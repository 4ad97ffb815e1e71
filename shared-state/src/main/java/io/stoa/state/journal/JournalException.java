package io.stoa.state.journal;

import java.io.IOException;

/** The journal cannot be reached, is broken, or belongs to somebody else now. */
public final class JournalException extends IOException {

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
