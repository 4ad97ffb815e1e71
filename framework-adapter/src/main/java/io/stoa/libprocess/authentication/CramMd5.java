package io.stoa.libprocess.authentication;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.authentication.Credentials;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The server's side of one exchange of CRAM-MD5 (RFC 2195): a text that nobody can foresee, to which the client answers
 * with its principal and a digest that only its secret yields.
 */
record CramMd5(String challenge) {

    static final String MECHANISM = "CRAM-MD5";

    /** Principals and digests are far shorter. */
    private static final int MAX_RESPONSE_BYTES = 1024;

    private static final int DIGEST_CHARACTERS = 32;
    private static final String HMAC = "HmacMD5";
    private static final byte[] NO_SECRET = {0};
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What has become of a response. */
    sealed interface Verdict {

        record Proven(String principal) implements Verdict {}

        /** The principal is not known, or its secret is another. */
        record Wrong() implements Verdict {}

        /** @param why for people; nothing of the response is in it */
        record Malformed(String why) implements Verdict {}
    }

    /**
     * A new challenge, {@code <2835531673.56839@host>}.
     *
     * @param host the name of this one
     */
    static CramMd5 at(String host, long epochMs) {
        return new CramMd5("<" + (RANDOM.nextLong() >>> 1) + "." + epochMs / 1_000 + "@" + host + ">");
    }

    Verdict check(byte[] response, Credentials credentials) {
        if (response.length > MAX_RESPONSE_BYTES) {
            return new Verdict.Malformed(
                    "response of " + response.length + " bytes (expected: at most " + MAX_RESPONSE_BYTES + ")");
        }
        String text = new String(response, UTF_8);
        int blank = text.lastIndexOf(' ');
        if (blank < 1 || text.length() - blank - 1 != DIGEST_CHARACTERS) {
            return new Verdict.Malformed("response (expected: principal, a blank, a digest of " + DIGEST_CHARACTERS
                    + " hexadecimal digits)");
        }
        String principal = text.substring(0, blank);
        Optional<byte[]> secret = credentials.secret(principal);
        boolean right = MessageDigest.isEqual(
                digest(secret.orElse(NO_SECRET)).getBytes(US_ASCII),
                text.substring(blank + 1).getBytes(UTF_8));
        return right && secret.isPresent() ? new Verdict.Proven(principal) : new Verdict.Wrong();
    }

    private String digest(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            // A key is filled up with zeros: a single one stands for the empty key, which Java refuses.
            mac.init(new SecretKeySpec(secret.length == 0 ? NO_SECRET : secret, HMAC));
            return HexFormat.of().formatHex(mac.doFinal(challenge.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no " + HMAC + " in this Java (expected: every Java has it)", e);
        }
    }
}
