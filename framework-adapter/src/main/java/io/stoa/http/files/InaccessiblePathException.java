package io.stoa.http.files;

import java.io.IOException;

/** A path that is not to be seen; the message is for the client. */
final class InaccessiblePathException extends IOException {

    InaccessiblePathException(String message) {
        super(message);
    }
}
