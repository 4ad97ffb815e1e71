package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.ExecutorMessage;
import io.stoa.proto.agent.MasterMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class InboundMessagesTest {

    private static final int MAX_BYTES = 1 << 20;

    @Test
    void aCallThatBringsTooMuchEndsAndNothingIsHeldAfterwards() throws Exception {
        InboundMessages inbound = new InboundMessages(MAX_BYTES);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Counting())
                .maxInboundMessageSize(8 * MAX_BYTES)
                .addStreamTracerFactory(inbound)
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        server.getListenSockets().get(0))
                .usePlaintext()
                .build();
        try {
            for (int i = 0; i < 4; i++) {
                assertThat(send(channel, MAX_BYTES / 2)).isNull();
            }
            assertThatThrownBy(() -> send(channel, 2 * MAX_BYTES))
                    .isInstanceOf(ExecutionException.class)
                    .satisfies(error -> {
                        Status status = Status.fromThrowable(error);
                        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                        assertThat(status.getDescription()).endsWith("(expected: at most " + MAX_BYTES + ")");
                    });
            await().until(() -> inbound.heldBytes() == 0);
            assertThat(send(channel, MAX_BYTES / 2)).isNull();
        } finally {
            channel.shutdownNow();
            server.shutdownNow().awaitTermination();
        }
    }

    /** Done when the server has answered a message of so many bytes. */
    private static Object send(ManagedChannel channel, int bytes) throws Exception {
        CompletableFuture<Object> end = new CompletableFuture<>();
        StreamObserver<AgentMessage> out = AgentLinkGrpc.newStub(channel).connect(new StreamObserver<>() {
            @Override
            public void onNext(MasterMessage message) {}

            @Override
            public void onError(Throwable error) {
                end.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                end.complete(null);
            }
        });
        out.onNext(AgentMessage.newBuilder()
                .setExecutorMessage(ExecutorMessage.newBuilder().setData(ByteString.copyFrom(new byte[bytes])))
                .build());
        out.onCompleted();
        return end.get();
    }

    /** Completes when its peer does. */
    private static final class Counting extends AgentLinkGrpc.AgentLinkImplBase {

        @Override
        public StreamObserver<AgentMessage> connect(StreamObserver<MasterMessage> out) {
            return new StreamObserver<>() {
                @Override
                public void onNext(AgentMessage message) {}

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {
                    out.onCompleted();
                }
            };
        }
    }
}
