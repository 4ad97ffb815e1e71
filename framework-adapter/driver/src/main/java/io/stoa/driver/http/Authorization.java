package io.stoa.driver.http;

import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Values of the header {@code Authorization}. */
public final class Authorization {

    private Authorization() {}

    /** Of a framework with a credential. */
    public static String basic(String principal, String secret) {
        byte[] credential = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credential);
    }

    /** Of a framework with a {@code Credential}, which is given in protobuf. */
    public static String of(byte[] credential) {
        try {
            WireMessage parsed = WireMessage.parse(credential);
            return basic(parsed.text(1, ""), parsed.text(2, ""));
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("credential of " + credential.length + " bytes", e);
        }
    }

    /**
     * Of an executor that was given a token.
     *
     * @throws IllegalArgumentException for characters that no header may have
     */
    public static String bearer(String token) {
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) <= ' ' || token.charAt(i) > '~') {
                throw new IllegalArgumentException(
                        "Character " + (int) token.charAt(i) + " at " + i + " of the token (expected: visible ASCII)");
            }
        }
        return "Bearer " + token;
    }
}
