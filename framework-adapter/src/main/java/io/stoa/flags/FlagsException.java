package io.stoa.flags;

/** Flags that cannot be loaded; the message is one line for the user, in Mesos' words where Mesos has them. */
public final class FlagsException extends Exception {

    FlagsException(String message) {
        super(message);
    }
}
