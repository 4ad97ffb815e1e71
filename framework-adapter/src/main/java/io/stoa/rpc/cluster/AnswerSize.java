package io.stoa.rpc.cluster;

import com.google.protobuf.MessageLite;
import io.grpc.Status;

/** How much an answer holds: by default gRPC's clients take messages of 4 MiB. For one answer only. */
final class AnswerSize {

    static final int MAX_BYTES = 3 << 20;

    private long bytes;

    /**
     * The same message, which goes into the answer.
     *
     * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED where it is too large with those before it
     */
    <M extends MessageLite> M counted(M message) {
        bytes += message.getSerializedSize();
        if (bytes > MAX_BYTES) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("answer: more than " + MAX_BYTES + " bytes (expected: fewer things asked at once)")
                    .asRuntimeException();
        }
        return message;
    }
}
