package io.stoa.rpc;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Calls of clients that send what they like. */
public final class RawCalls {

    private RawCalls() {}

    /**
     * How a call ends.
     *
     * @param bytes of the request; empty: none is sent
     */
    public static Status send(Channel channel, MethodDescriptor<?, ?> method, Optional<byte[]> bytes) throws Exception {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setFullMethodName(method.getFullMethodName())
                .setType(method.getType())
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = channel.newCall(raw, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(1);
        bytes.ifPresent(call::sendMessage);
        call.halfClose();
        return end.get();
    }

    /** A number at a field, whatever the field can hold. */
    public static <M extends Message.Builder> M with(M message, int field, long number) {
        message.setUnknownFields(UnknownFieldSet.newBuilder()
                .mergeField(
                        field,
                        UnknownFieldSet.Field.newBuilder().addVarint(number).build())
                .build());
        return message;
    }

    /** Whatever bytes. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }
}
