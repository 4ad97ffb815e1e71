package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.time.SystemTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers over gRPC of which nothing is heard any more, though their connections are there. */
class SilentPeersTest {

    private static final long MAX_SILENCE_MS = 5_000;

    private final CompletableFuture<OpenCall> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private final SystemTime time = new SystemTime();
    private HttpServer server;
    private DeafProxy network;
    private ManagedChannel channel;

    @BeforeEach
    void connect() throws Exception {
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpRoutes.of("master").build(),
                List.of(new Waiting()),
                HttpLimits.STANDARD,
                time);
        network = new DeafProxy(server.address());
        channel =
                NettyChannelBuilder.forAddress(network.address()).usePlaintext().build();
    }

    @AfterEach
    void close() throws Exception {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        network.close();
        server.close();
        time.close();
    }

    @Test
    void aPeerWhoseNetworkIsGoneLosesItsCalls() throws Exception {
        AgentLinkGrpc.newStub(channel).connect(new Reader());
        begun.get();

        network.turnDeaf();
        // Not before: who is kept from its call for that long would be cut without one.
        server.connections.forEach(connection -> connection
                .pipeline()
                .replace(SilenceLimit.class, "limit", new SilenceLimit(MAX_SILENCE_MS, server.counts())));

        cancelled.get();
        await().until(() -> server.connectionCount() == 0);
        assertThat(figures(server.counts())).containsEntry("stoa/http/silent_cut", 1.0);
    }

    /** Of a peer that answers, and has nothing else to say. */
    @Test
    void whoAnswersIsAskedAgainAndAgainAndWhoDoesNotIsCut() {
        HttpCounts counts = new HttpCounts();
        EmbeddedChannel connection = new EmbeddedChannel();
        connection.freezeTime();
        connection.pipeline().addLast(new SilenceLimit(MAX_SILENCE_MS, counts));
        for (int i = 0; i < 3; i++) {
            passHalf(connection);
            ByteBuf ping = connection.readOutbound();
            assertThat(ByteBufUtil.hexDump(ping)).isEqualTo("0000080600" + "00000000" + "000000000000dead");
            connection.writeOneInbound(ping.copy().setByte(4, 1));
            connection.flushInbound();
            connection.releaseInbound();
        }
        passHalf(connection);
        connection.releaseOutbound();
        assertThat(connection.isOpen()).isTrue();
        passHalf(connection);
        assertThat(connection.isOpen()).isFalse();
        assertThat(figures(counts)).containsEntry("stoa/http/silent_cut", 1.0);
    }

    private static void passHalf(EmbeddedChannel connection) {
        connection.advanceTimeBy(MAX_SILENCE_MS / 2, TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
    }

    private static Map<String, Double> figures(HttpCounts counts) {
        Map<String, Double> figures = new HashMap<>();
        counts.addTo(figures);
        return figures;
    }

    @Test
    void aCallThatIsResetEndsAndItsConnectionGoesOn() throws Exception {
        Reader reader = new Reader();
        AgentLinkGrpc.newStub(channel).connect(reader);

        begun.get().reset("the test wants it so");

        cancelled.get();
        assertThat(reader.ended.get()).hasMessageStartingWith("CANCELLED");
        assertThat(server.connectionCount()).isEqualTo(1);
    }

    /** Neither says anything nor ends a call. */
    private final class Waiting extends AgentLinkGrpc.AgentLinkImplBase {

        @Override
        public StreamObserver<AgentMessage> connect(StreamObserver<MasterMessage> out) {
            ((ServerCallStreamObserver<MasterMessage>) out).setOnCancelHandler(() -> cancelled.complete(null));
            begun.complete(OpenCall.current());
            return new StreamObserver<>() {
                @Override
                public void onNext(AgentMessage message) {}

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {}
            };
        }
    }

    private static final class Reader implements StreamObserver<MasterMessage> {

        private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

        @Override
        public void onNext(MasterMessage message) {}

        @Override
        public void onError(Throwable error) {
            ended.complete(error);
        }

        @Override
        public void onCompleted() {
            ended.complete(new AssertionError("completed"));
        }
    }
}
