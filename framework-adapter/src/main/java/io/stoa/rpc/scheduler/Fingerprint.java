package io.stoa.rpc.scheduler;

import io.stoa.proto.v1.CommitRequest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells commits apart by what they ask, whoever asks and under whichever key. */
final class Fingerprint {

    private Fingerprint() {}

    static long of(CommitRequest request) {
        byte[] content = request.toBuilder()
                .clearIdentity()
                .clearIdempotencyKey()
                .build()
                .toByteArray();
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(content))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
