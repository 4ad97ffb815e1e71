package io.stoa.http;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Keeps short what is said of calls that fail, however long the value is that is at fault. It is sent as a header, of
 * which gRPC's clients take 8 KiB in all: with more they miss the status, or lose the connection and all its calls.
 * What is left out is the middle, since the field stands at the beginning and what was expected at the end.
 */
final class StatusTexts implements ServerInterceptor {

    /** As it is sent, where a byte that is no printable ASCII becomes three. */
    static final int MAX_BYTES = 2_000;

    private static final int HEAD_BYTES = 1_200;
    private static final int TAIL_BYTES = 700;

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        String text = status.getDescription();
                        super.close(text == null ? status : status.withDescription(shortened(text)), trailers);
                    }
                },
                headers);
    }

    /** The same text where it is short enough. */
    static String shortened(String text) {
        int head = 0;
        int headBytes = 0;
        while (head < text.length() && headBytes + sentBytes(text.charAt(head)) <= HEAD_BYTES) {
            headBytes += sentBytes(text.charAt(head));
            head++;
        }
        int tail = text.length();
        int tailBytes = 0;
        while (tail > head && tailBytes + sentBytes(text.charAt(tail - 1)) <= TAIL_BYTES) {
            tail--;
            tailBytes += sentBytes(text.charAt(tail));
        }
        if (tail == head) {
            return text;
        }
        if (Character.isHighSurrogate(text.charAt(head - 1))) {
            head--;
        }
        if (Character.isLowSurrogate(text.charAt(tail))) {
            tail++;
        }
        return text.substring(0, head) + "... (" + (tail - head) + " characters left out) ..." + text.substring(tail);
    }

    /** At most; a pair of surrogates becomes four bytes. */
    private static int sentBytes(char character) {
        if (character >= ' ' && character <= '~' && character != '%') {
            return 1;
        }
        int bytes = character < 0x80 ? 1 : character < 0x800 ? 2 : 3;
        return 3 * bytes;
    }
}
