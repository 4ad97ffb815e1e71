package io.stoa.agent.docker;

/** An engine that is not there, is silent, or breaks off: nobody knows whether it has done what it was asked for. */
final class NoAnswerException extends RuntimeException {

    NoAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
