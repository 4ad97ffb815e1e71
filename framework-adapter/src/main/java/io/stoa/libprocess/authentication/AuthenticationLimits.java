package io.stoa.libprocess.authentication;

/**
 * How much is kept for those who authenticate. There are fewer exchanges than connections for them (
 * {@link io.stoa.libprocess.PeerLimits}): what counts is who gives way here.
 *
 * @param exchanges that may be under way
 * @param exchangesOfAHost of these with one host
 * @param proofs principals that are remembered, by pid; beyond it those go that were needed longest ago
 */
record AuthenticationLimits(int exchanges, int exchangesOfAHost, int proofs) {

    static final AuthenticationLimits STANDARD = new AuthenticationLimits(200, 100, 10_000);
}
