package io.stoa.driver.wire;

import java.io.IOException;

/** Bytes that are no protobuf message, or a field that has another type than the one asked for. */
public final class MalformedMessageException extends IOException {

    private static final long serialVersionUID = 1;

    MalformedMessageException(String message) {
        super(message);
    }

    MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
