package io.stoa.agent.link;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.stoa.http.HttpLimits;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Pong;
import io.stoa.proto.agent.Unregister;
import io.stoa.time.Time;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream to the leading master, opened again after every loss. Everything but the constructor and close runs on the
 * agent's thread, which gRPC uses for its callbacks too.
 */
public final class MasterLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MasterLink.class);

    /** How long a master may take to admit an agent, which needs its journal. */
    private static final long REGISTRATION_TIMEOUT_MS = 15_000;

    private final MasterSource source;
    private final Backoff backoff;
    private final Time time;
    private final Executor thread;
    private final LinkListener listener;

    private @Nullable InetSocketAddress master;
    private @Nullable ManagedChannel channel;
    private @Nullable Attempt attempt;
    private Time.@Nullable Timer retry;
    private boolean closed;

    /**
     * @param backoffMs bound of the first random wait
     * @param thread the agent's own
     */
    public MasterLink(MasterSource source, long backoffMs, Time time, Executor thread, LinkListener listener) {
        this(source, new Backoff(backoffMs, new SplittableRandom()), time, thread, listener);
    }

    MasterLink(MasterSource source, Backoff backoff, Time time, Executor thread, LinkListener listener) {
        this.source = source;
        this.backoff = backoff;
        this.time = time;
        this.thread = thread;
        this.listener = listener;
    }

    public void open() {
        source.watch(leader -> thread.execute(() -> lead(leader)));
    }

    /** True where a master has admitted this agent. */
    public boolean isRegistered() {
        return attempt != null && attempt.registered;
    }

    /** The master that this agent is with, or wants to be with. */
    public Optional<InetSocketAddress> master() {
        return Optional.ofNullable(master);
    }

    /**
     * Sends a message.
     *
     * @return false where it was not taken: the link is closed or full; the listener is told when it takes more
     */
    public boolean offer(AgentMessage message) {
        return attempt != null && attempt.registered && attempt.offer(message);
    }

    private void lead(Optional<InetSocketAddress> leader) {
        if (closed || leader.equals(master())) {
            return;
        }
        LOG.info(
                "Master detected address={}",
                leader.map(found -> found.getHostString() + ":" + found.getPort())
                        .orElse("none"));
        disconnect("Another master leads");
        master = leader.orElse(null);
        backoff.reset();
        connectLater();
    }

    private void connectLater() {
        if (master != null && !closed) {
            cancelRetry();
            retry = time.after(backoff.nextMs(), thread, this::connect);
        }
    }

    private void connect() {
        retry = null;
        if (closed || master == null) {
            return;
        }
        if (channel == null) {
            channel = NettyChannelBuilder.forAddress(master.getHostString(), master.getPort())
                    .usePlaintext()
                    .maxInboundMessageSize(HttpLimits.MAX_MESSAGE_BYTES)
                    .executor(thread)
                    .build();
        } else if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff(); // The waits between attempts are ours.
        }
        Attempt started = new Attempt();
        attempt = started;
        AgentLinkGrpc.newStub(channel).connect(started);
        started.begin();
    }

    /** The stream is over, for whatever reason; only the newest counts. */
    private void lost(Attempt ended, String reason) {
        if (attempt != ended) {
            return;
        }
        attempt = null;
        ended.stopWatching();
        if (!closed) {
            LOG.info("Link lost master={}: {}", master, reason);
            connectLater();
        }
    }

    private void disconnect(String reason) {
        cancelRetry();
        if (attempt != null) {
            attempt.stopWatching();
            attempt.cancel(reason);
            attempt = null;
        }
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    /** The last thing the master hears: the agent leaves for good, and never comes back. */
    public void leave() {
        closed = true;
        cancelRetry();
        if (attempt != null) {
            attempt.leave();
        }
    }

    @Override
    public void close() {
        closed = true;
        source.close();
        disconnect("The agent ends");
    }

    /** One stream, from its opening to its end. */
    private final class Attempt implements ClientResponseObserver<AgentMessage, MasterMessage> {

        private @Nullable ClientCallStreamObserver<AgentMessage> stream;
        private boolean registered;
        private long silenceMs = REGISTRATION_TIMEOUT_MS;
        private long heardAtMs = time.monotonicMs();
        private Time.@Nullable Timer watch;

        @Override
        public void beforeStart(ClientCallStreamObserver<AgentMessage> requests) {
            stream = requests;
            requests.setOnReadyHandler(() -> {
                if (attempt == this && registered) {
                    guard(listener::writable);
                }
            });
        }

        void begin() {
            if (stream != null) {
                stream.onNext(listener.introduction());
                watchSilence();
            }
        }

        boolean offer(AgentMessage message) {
            if (stream == null || !stream.isReady()) {
                return false;
            }
            stream.onNext(message);
            return true;
        }

        void leave() {
            stopWatching();
            if (stream != null) {
                if (registered) {
                    stream.onNext(AgentMessage.newBuilder()
                            .setUnregister(Unregister.getDefaultInstance())
                            .build());
                }
                stream.onCompleted();
            }
        }

        void cancel(String reason) {
            if (stream != null) {
                stream.cancel(reason, null);
            }
        }

        private void watchSilence() {
            long leftMs = heardAtMs + silenceMs - time.monotonicMs();
            if (leftMs <= 0) {
                String reason = "silent for " + silenceMs + " ms";
                cancel(reason);
                lost(this, reason);
            } else {
                watch = time.after(leftMs, thread, this::watchSilence);
            }
        }

        void stopWatching() {
            if (watch != null) {
                watch.cancel();
            }
        }

        @Override
        public void onNext(MasterMessage message) {
            if (attempt != this) {
                return;
            }
            heardAtMs = time.monotonicMs();
            guard(() -> heard(message));
        }

        /** What gRPC calls fails where the agent's thread knows of it: gRPC would take it for a broken stream. */
        private void guard(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                cancel("The agent failed");
                thread.execute(() -> {
                    throw e;
                });
            } catch (Error e) {
                cancel("The agent failed");
                thread.execute(() -> {
                    throw e;
                });
            }
        }

        private void heard(MasterMessage message) {
            switch (message.getMessageCase()) {
                case PING ->
                    offer(AgentMessage.newBuilder()
                            .setPong(Pong.getDefaultInstance())
                            .build());
                case REGISTERED -> {
                    registered = true;
                    silenceMs = message.getRegistered().getPingBudgetMs();
                    backoff.reset();
                    stopWatching();
                    watchSilence();
                    listener.registered(message.getRegistered());
                }
                case REFUSED -> {
                    String reason = message.getRefused().getReason();
                    cancel(reason);
                    lost(this, "refused: " + reason);
                    if (message.getRefused().getPermanent()) {
                        listener.refused(reason);
                    }
                }
                default -> listener.received(message);
            }
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            lost(this, status.getDescription() == null ? status.getCode().name() : status.getDescription());
        }

        @Override
        public void onCompleted() {
            lost(this, "the master ended the stream");
        }
    }
}
