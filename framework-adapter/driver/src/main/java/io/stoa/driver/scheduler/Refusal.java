package io.stoa.driver.scheduler;

import java.util.Locale;

/** What the answer to a call says. */
enum Refusal {
    /** The call was taken. */
    NONE,
    /** This master does not know the subscription (any more). */
    SUBSCRIPTION,
    /** The call itself is wrong. */
    CALL,
    /** The master is too busy for the call. */
    BUSY,
    /** Whether the call was taken is not known: the master failed over it, or somebody between did. */
    UNCERTAIN;

    /** @param status of HTTP, of any call but SUBSCRIBE */
    static Refusal of(int status, String text) {
        if (status >= 200 && status < 300) {
            return NONE;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        boolean unknown = status == 400
                && (lower.contains("stream-id") || lower.contains("stream id") || lower.contains("framework cannot"));
        // 307: another master leads; 401: the credential is not good any more, which SUBSCRIBE will tell.
        if (unknown || status == 307 || status == 401 || status == 403) {
            return SUBSCRIPTION;
        }
        if (status == 429 || status == 503) {
            return BUSY;
        }
        return status == 408 || status >= 500 ? UNCERTAIN : CALL;
    }
}
