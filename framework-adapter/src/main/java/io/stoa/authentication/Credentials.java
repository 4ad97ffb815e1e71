package io.stoa.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Principals and their secrets. Nothing prints a secret. */
public final class Credentials {

    /** Nobody: whoever tries to authenticate fails. */
    public static final Credentials NONE = new Credentials(Map.of());

    private static final byte[] NO_SECRET = {};

    private final Map<String, byte[]> secrets;

    private Credentials(Map<String, byte[]> secrets) {
        this.secrets = secrets;
    }

    /** @param secrets by principal */
    public static Credentials of(Map<String, String> secrets) {
        Map<String, byte[]> bytes = new HashMap<>();
        secrets.forEach((principal, secret) -> bytes.put(principal, secret.getBytes(UTF_8)));
        return new Credentials(bytes);
    }

    /** True where the secret is the principal's; how long that takes does not depend on the secret that is right. */
    public boolean match(String principal, String secret) {
        byte[] known = secrets.get(principal);
        boolean same = MessageDigest.isEqual(secret.getBytes(UTF_8), known == null ? NO_SECRET : known);
        return known != null && same;
    }

    /** The principal's secret, a copy; for proofs that do not send it. */
    public Optional<byte[]> secret(String principal) {
        return Optional.ofNullable(secrets.get(principal)).map(byte[]::clone);
    }

    @Override
    public String toString() {
        return secrets.size() + " credentials";
    }
}
