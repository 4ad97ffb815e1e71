package io.stoa.mesos.scheduler;

/**
 * What a scheduler is told about a call at once; everything else comes as events.
 *
 * @param kind how it went
 * @param message for people; empty where all is well
 */
public record CallAnswer(Kind kind, String message) {

    public static final CallAnswer ACCEPTED = new CallAnswer(Kind.ACCEPTED, "");
    public static final CallAnswer OK = new CallAnswer(Kind.OK, "");

    /** How a call went. */
    public enum Kind {
        /** The call is understood and will be handled. */
        ACCEPTED,
        /** The call was handled. */
        OK,
        INVALID,
        /** The stream is not the framework's, or there is no such framework. */
        STRANGE,
        FORBIDDEN,
        /** The stream was the framework's last one, and is gone. */
        DISCONNECTED,
        NOT_IMPLEMENTED,
        /** Nothing was done; the same call may succeed later. */
        UNAVAILABLE,
        /** Nothing was done, since too much that the scheduler said before waits. */
        TOO_MANY
    }

    static CallAnswer invalid(String message) {
        return new CallAnswer(Kind.INVALID, message);
    }

    static CallAnswer strange(String message) {
        return new CallAnswer(Kind.STRANGE, message);
    }

    static CallAnswer disconnected(String message) {
        return new CallAnswer(Kind.DISCONNECTED, message);
    }

    static CallAnswer forbidden(String message) {
        return new CallAnswer(Kind.FORBIDDEN, message);
    }

    static CallAnswer tooMany(String message) {
        return new CallAnswer(Kind.TOO_MANY, message);
    }

    static CallAnswer unavailable(String message) {
        return new CallAnswer(Kind.UNAVAILABLE, message);
    }
}
