package io.stoa.agent.link;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Registered;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A master on a real port, that says what the test tells it to say. */
public final class FakeMaster extends AgentLinkGrpc.AgentLinkImplBase implements AutoCloseable {

    private static final int WINDOW_BYTES = 1 << 20;

    private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
    private final Server server;

    public FakeMaster(int port) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .flowControlWindow(WINDOW_BYTES)
                .addService(this)
                .build()
                .start();
    }

    public InetSocketAddress address() {
        return InetSocketAddress.createUnresolved("127.0.0.1", server.getPort());
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<MasterMessage> agent) {
        Stream stream = new Stream((ServerCallStreamObserver<MasterMessage>) agent);
        streams.add(stream);
        return stream;
    }

    /** True where an agent has come that was not accepted yet. */
    public boolean hasVisitor() {
        return !streams.isEmpty();
    }

    /** The next stream that an agent opens. */
    public Stream accept() throws InterruptedException {
        Stream stream = Patience.next(streams);
        if (stream == null) {
            throw new IllegalStateException("no agent came");
        }
        return stream;
    }

    /** Accepts an agent and gives it an id. */
    public Stream admit(String agentId) throws InterruptedException {
        Stream stream = accept();
        stream.next();
        stream.say(registered(agentId));
        return stream;
    }

    public static MasterMessage.Builder registered(String agentId) {
        return MasterMessage.newBuilder()
                .setRegistered(Registered.newBuilder().setAgentId(agentId).setPingBudgetMs(60_000));
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(60, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One agent's stream. An update that the agent repeats, because it is not acknowledged yet, is heard once. */
    public static final class Stream implements StreamObserver<AgentMessage> {

        private final BlockingQueue<AgentMessage> received = new LinkedBlockingQueue<>();
        private final Set<ByteString> updates = new HashSet<>();
        private final ServerCallStreamObserver<MasterMessage> agent;
        private volatile boolean reads = true;

        private Stream(ServerCallStreamObserver<MasterMessage> agent) {
            this.agent = agent;
            agent.disableAutoRequest();
            agent.request(1);
        }

        /** Takes one message more at most; of what follows no more leaves the agent than the window has room for. */
        public void stopReading() {
            reads = false;
        }

        public void readOn() {
            reads = true;
            agent.request(1);
        }

        public void say(MasterMessage.Builder message) {
            agent.onNext(message.build());
        }

        public void end() {
            agent.onCompleted();
        }

        /** What the agent says next. */
        public AgentMessage next() throws InterruptedException {
            AgentMessage message = Patience.next(received);
            if (message == null) {
                throw new IllegalStateException("the agent says nothing");
            }
            return message;
        }

        @Override
        public void onNext(AgentMessage message) {
            if (!message.hasStatusUpdate()
                    || updates.add(message.getStatusUpdate().getStatus())) {
                received.add(message);
            }
            if (reads) {
                agent.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
