package io.stoa.client;

import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who a client is: sent with every call, readable by everybody on the way.
 *
 * @param principal without a colon
 */
public record Credential(String principal, String secret) {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    public Credential {
        if (principal.isEmpty() || principal.indexOf(':') >= 0) {
            throw new IllegalArgumentException("principal: '" + principal + "' (expected: a name without a colon)");
        }
    }

    Metadata metadata() {
        Metadata metadata = new Metadata();
        byte[] both = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
        metadata.put(AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(both));
        return metadata;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Credential[principal=" + principal + "]";
    }
}
