package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.ExecutorMessage;
import io.stoa.proto.agent.FrameworkMessage;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcOnTheSamePortTest {

    private static final int MESSAGES = 10_000;

    private final CompletableFuture<ServerCallStreamObserver<MasterMessage>> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private HttpServer server;
    private ManagedChannel channel;

    @BeforeEach
    void listen() throws IOException {
        HttpRoutes routes = HttpRoutes.of("master")
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .build();
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                routes,
                List.of(new Echo()),
                HttpLimits.STANDARD,
                new SystemTime());
        channel =
                NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
    }

    @AfterEach
    void close() throws InterruptedException {
        channel.shutdownNow().awaitTermination(60, TimeUnit.SECONDS);
        server.close();
    }

    @Test
    void tenThousandMessagesGoBothWaysWhileHttpIsServed() throws Exception {
        Reader reader = new Reader(Integer.MAX_VALUE);
        StreamObserver<AgentMessage> out = AgentLinkGrpc.newStub(channel).connect(reader);
        for (int i = 0; i < MESSAGES; i++) {
            out.onNext(message(i));
            if (i % 1_000 == 0) {
                try (RawClient client = new RawClient(server.address())) {
                    assertThat(client.send("GET /health HTTP/1.1\n\n").head()).startsWith("HTTP/1.1 200 OK\n");
                }
            }
        }
        out.onCompleted();
        reader.completed.get();
        assertThat(reader.received).hasValue(MESSAGES);
    }

    @Test
    void aReaderThatDoesNotAskForMoreMakesTheWriterWait() throws Exception {
        Reader reader = new Reader(1);
        AgentLinkGrpc.newStub(channel).connect(reader);
        ServerCallStreamObserver<MasterMessage> writer = connected.get();
        MasterMessage large = MasterMessage.newBuilder()
                .setFrameworkMessage(FrameworkMessage.newBuilder().setData(ByteString.copyFrom(new byte[64 << 10])))
                .build();
        // The service is called before its stream is ready, and then nothing would be written at all.
        await().until(writer::isReady);
        int written = 0;
        while (writer.isReady() && written < 10_000) {
            writer.onNext(large);
            written++;
        }
        assertThat(written).as("64 KiB messages before the writer has to wait").isLessThan(1_000);
        reader.ask(written);
        int expected = written;
        await().until(() -> reader.received.get() == expected && writer.isReady());
    }

    /** However large a window it grants: its agent is told to wait, and nothing piles up on the way to it. */
    @Test
    void aPeerThatDoesNotReadItsSocketMakesTheWriterWait() throws Exception {
        try (DeafProxy proxy = new DeafProxy(server.address())) {
            ManagedChannel generous = NettyChannelBuilder.forAddress(proxy.address())
                    .usePlaintext()
                    .initialFlowControlWindow(1 << 30)
                    .build();
            try {
                AgentLinkGrpc.newStub(generous).connect(new Reader(Integer.MAX_VALUE));
                ServerCallStreamObserver<MasterMessage> writer = connected.get();
                await().until(writer::isReady);
                proxy.turnDeaf();
                MasterMessage large = MasterMessage.newBuilder()
                        .setFrameworkMessage(
                                FrameworkMessage.newBuilder().setData(ByteString.copyFrom(new byte[64 << 10])))
                        .build();
                AtomicInteger written = new AtomicInteger();
                await().during(Duration.ofMillis(500)).until(() -> {
                    while (writer.isReady() && written.get() < 10_000) {
                        writer.onNext(large);
                        written.incrementAndGet();
                    }
                    return !writer.isReady();
                });
                assertThat(written.get())
                        .as("64 KiB messages before the writer has to wait")
                        .isLessThan(1_000);
            } finally {
                generous.shutdownNow().awaitTermination(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void theServerHearsOfAClientThatGoesAway() throws Exception {
        AgentLinkGrpc.newStub(channel).connect(new Reader(1));
        connected.get();
        channel.shutdownNow();
        cancelled.get();
        await().until(() -> server.connectionCount() == 0);
    }

    /** A call that is open keeps its connection no longer than the server. */
    @Test
    void whereTheServerIsClosedNoConnectionIsLeft() throws Exception {
        AgentLinkGrpc.newStub(channel).connect(new Reader(1));
        connected.get();
        server.close();
        assertThat(server.connectionCount()).isZero();
    }

    @Test
    void theClientHearsOfAServerThatIsClosed() throws Exception {
        Reader reader = new Reader(1);
        AgentLinkGrpc.newStub(channel).connect(reader);
        connected.get();
        server.close();
        assertThat(reader.completed.handle((nothing, error) -> error).get()).isNotNull();
    }

    @Test
    void aPrefaceWithoutASequelIsClosed() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("PRI * HTTP/3.0\n\nXX\n\n");
            client.untilClosed();
        }
    }

    private static AgentMessage message(int number) {
        return AgentMessage.newBuilder()
                .setExecutorMessage(
                        ExecutorMessage.newBuilder().setData(ByteString.copyFromUtf8(String.valueOf(number))))
                .build();
    }

    /** Sends back what it gets. */
    private final class Echo extends AgentLinkGrpc.AgentLinkImplBase {

        @Override
        public StreamObserver<AgentMessage> connect(StreamObserver<MasterMessage> out) {
            ServerCallStreamObserver<MasterMessage> call = (ServerCallStreamObserver<MasterMessage>) out;
            call.setOnCancelHandler(() -> cancelled.complete(null));
            connected.complete(call);
            return new StreamObserver<>() {
                @Override
                public void onNext(AgentMessage message) {
                    out.onNext(MasterMessage.newBuilder()
                            .setFrameworkMessage(FrameworkMessage.newBuilder()
                                    .setData(message.getExecutorMessage().getData()))
                            .build());
                }

                @Override
                public void onError(Throwable error) {
                    cancelled.complete(null);
                }

                @Override
                public void onCompleted() {
                    out.onCompleted();
                }
            };
        }
    }

    /** Expects "0", "1", ... or anything, when the data is not a number. */
    private static final class Reader implements ClientResponseObserver<AgentMessage, MasterMessage> {

        private final AtomicInteger received = new AtomicInteger();
        private final CompletableFuture<Void> completed = new CompletableFuture<>();
        private final int window;
        private ClientCallStreamObserver<AgentMessage> call;

        Reader(int window) {
            this.window = window;
        }

        void ask(int count) {
            call.request(count);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<AgentMessage> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(window);
        }

        @Override
        public void onNext(MasterMessage message) {
            ByteString data = message.getFrameworkMessage().getData();
            int number = received.getAndIncrement();
            if (data.size() < 10 && !data.toStringUtf8().equals(String.valueOf(number))) {
                completed.completeExceptionally(new AssertionError(number + ": " + data.toStringUtf8()));
            }
        }

        @Override
        public void onError(Throwable error) {
            completed.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            completed.complete(null);
        }
    }
}
