package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnreadAnswersTest {

    private static final int ANSWER_BYTES = 300_000;
    private static final int MAX_BYTES = 1_000_000;

    private static final MethodDescriptor<Empty, BytesValue> LARGE = MethodDescriptor.<Empty, BytesValue>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("test.Service/Large")
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
            .build();

    private final HttpCounts counts = new HttpCounts();
    private final UnreadAnswers answers = new UnreadAnswers(MAX_BYTES, counts);
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void serve() throws Exception {
        BytesValue answer = BytesValue.of(ByteString.copyFrom(new byte[ANSWER_BYTES]));
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addStreamTracerFactory(OpenCall.TRACING)
                .addStreamTracerFactory(answers)
                .addService(ServerServiceDefinition.builder("test.Service")
                        .addMethod(LARGE, ServerCalls.asyncUnaryCall((request, response) -> {
                            response.onNext(answer);
                            response.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
                .usePlaintext()
                .flowControlWindow(1 << 16)
                .build();
    }

    @AfterEach
    void close() throws Exception {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination();
    }

    @Test
    void theOldestAreResetWhereTooMuchIsUnreadAndWhoReadsIsAnswered() throws Exception {
        List<Deaf> deaf = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int before = i;
            deaf.add(new Deaf());
            await().until(() -> answers.heldBytes() >= Math.min(before + 1L, 3) * ANSWER_BYTES
                    && reset() == Math.max(0, before - 2));
        }
        assertThat(answers.heldBytes()).isLessThanOrEqualTo(MAX_BYTES);
        for (int i = 0; i < 2; i++) {
            assertThat(deaf.get(i).read().getCode()).isEqualTo(Status.Code.CANCELLED);
        }
        for (int i = 2; i < 5; i++) {
            assertThat(deaf.get(i).read().getCode()).isEqualTo(Status.Code.OK);
        }
        await().until(() -> answers.heldBytes() == 0);
        assertThat(ClientCalls.blockingUnaryCall(channel, LARGE, CallOptions.DEFAULT, Empty.getDefaultInstance())
                        .getValue()
                        .size())
                .isEqualTo(ANSWER_BYTES);
        await().until(() -> answers.heldBytes() == 0);
    }

    private double reset() {
        Map<String, Double> figures = new HashMap<>();
        counts.addTo(figures);
        return figures.getOrDefault("stoa/http/answers_reset", -1.0);
    }

    /** A call whose answer is not read at first. */
    private final class Deaf {

        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final ClientCall<Empty, BytesValue> call = channel.newCall(LARGE, CallOptions.DEFAULT);

        Deaf() {
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            call.sendMessage(Empty.getDefaultInstance());
            call.halfClose();
        }

        Status read() throws Exception {
            call.request(2);
            return end.get();
        }
    }
}
