package io.stoa.state.model;

/**
 * Tells a request that is made again from a new one.
 *
 * @param text chosen by whoever asks, unique among its newest 1,000 requests; 1 to {@link #MAX_CHARACTERS} visible
 *     ASCII characters
 * @param fingerprint of what is asked: another one means that the text was used for something else
 */
public record RequestKey(String text, long fingerprint) {

    public static final int MAX_CHARACTERS = 64;

    public RequestKey {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "characters of the request key: " + text.length() + " (expected: 1 to " + MAX_CHARACTERS + ")");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                throw new IllegalArgumentException("character " + i + " of the request key: U+"
                        + String.format("%04X", (int) text.charAt(i)) + " (expected: visible ASCII)");
            }
        }
    }
}
