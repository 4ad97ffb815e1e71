package io.stoa.authentication;

import java.util.Optional;

/**
 * Who has to prove who he is.
 *
 * @param credentials by which that is proved
 * @param frameworks whether frameworks over libprocess are let in only when they have
 * @param timeoutMs how long they may take for it
 * @param httpFrameworks guards the scheduler API over HTTP; empty: anybody may use it
 * @param requiresPeerAddress whether messages over libprocess are taken only from the address that they name
 */
public record AuthenticationConfig(
        Credentials credentials,
        boolean frameworks,
        long timeoutMs,
        Optional<BasicAuthentication> httpFrameworks,
        boolean requiresPeerAddress) {

    /** The realm of the scheduler API over HTTP. */
    public static final String SCHEDULER_REALM = "mesos-master-scheduler";

    /** Mesos' defaults: nobody has to, and nobody can. */
    public static final AuthenticationConfig NONE =
            new AuthenticationConfig(Credentials.NONE, false, 15_000, Optional.empty());

    /** Messages over libprocess are taken from anywhere. */
    public AuthenticationConfig(
            Credentials credentials, boolean frameworks, long timeoutMs, Optional<BasicAuthentication> httpFrameworks) {
        this(credentials, frameworks, timeoutMs, httpFrameworks, false);
    }
}
