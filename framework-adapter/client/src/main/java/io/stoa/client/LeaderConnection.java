package io.stoa.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection, to the master that is believed to lead. Who learns from a failed call that it does not lead says so,
 * and the connection moves to the one that was named, or to the next of the list. Safe for use by many threads.
 */
final class LeaderConnection implements AutoCloseable {

    private static final Metadata.Key<String> LEADER = Metadata.Key.of("stoa-leader", Metadata.ASCII_STRING_MARSHALLER);
    /** One entity may be that large; everything else is far smaller. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
    private static final long KEEP_ALIVE_S = 10;
    private static final long KEEP_ALIVE_TIMEOUT_S = 10;

    private final List<MasterAddress> masters;
    private final Optional<Credential> credential;
    private final LoopThread timers;
    private final long connectTimeoutMs;

    private int next;
    private @Nullable Line line;
    /** Former ones, on which calls may still be under way. */
    private final List<ManagedChannel> left = new ArrayList<>();

    private boolean closed;

    /** @param timers for attempts to connect that take too long */
    LeaderConnection(ClientConfig config, LoopThread timers) {
        masters = config.masters();
        credential = config.credential();
        connectTimeoutMs = config.callTimeoutMs();
        this.timers = timers;
    }

    /** The way to a master. A failure is reported with the line that the call was made on. */
    record Line(ManagedChannel channel, MasterAddress master) {}

    /** @throws IllegalStateException after {@link #close} */
    synchronized Line line() {
        if (closed) {
            throw new IllegalStateException("the client is closed");
        }
        if (line == null) {
            line = connect(masters.get(next));
            next = (next + 1) % masters.size();
        } else if (line.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            line.channel.resetConnectBackoff(); // The waits between attempts are the callers'.
        }
        return line;
    }

    /**
     * A call has failed.
     *
     * @return true where the leader was named, so that it is worth to try again at once
     */
    synchronized boolean failed(Line used, Status status, @Nullable Metadata trailers) {
        if (closed || status.getCode() != Status.Code.UNAVAILABLE) {
            return false;
        }
        Optional<MasterAddress> leader = named(trailers);
        if (!used.equals(line)) {
            return leader.isPresent();
        }
        if (leader.isPresent() && !leader.get().equals(used.master)) {
            move(connect(leader.get()));
            return true;
        }
        if (masters.size() > 1 || !masters.contains(used.master)) {
            move(null);
        }
        return false;
    }

    private static Optional<MasterAddress> named(@Nullable Metadata trailers) {
        String address = trailers == null ? null : trailers.get(LEADER);
        try {
            return address == null ? Optional.empty() : Optional.of(MasterAddress.parse(address));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // As good as none: the next of the list is tried.
        }
    }

    private void move(@Nullable Line to) {
        if (line != null) {
            line.channel.shutdown(); // Calls that are under way there end by themselves.
            left.removeIf(ManagedChannel::isTerminated);
            left.add(line.channel);
        }
        line = to;
    }

    private Line connect(MasterAddress master) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(master.host(), master.port())
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(KEEP_ALIVE_S, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_S, TimeUnit.SECONDS);
        credential.ifPresent(who -> builder.intercept(MetadataUtils.newAttachHeadersInterceptor(who.metadata())));
        Line opened = new Line(builder.build(), master);
        timers.after(connectTimeoutMs, () -> requireReady(opened));
        return opened;
    }

    /**
     * A host that hangs takes connections and never says a word on them; keep-alive begins only behind the first one.
     * The calls on that line end as those on a broken one.
     */
    private void requireReady(Line opened) {
        ConnectivityState state = opened.channel.getState(false);
        if (state == ConnectivityState.CONNECTING || state == ConnectivityState.TRANSIENT_FAILURE) {
            leave(opened);
            opened.channel.shutdownNow(); // Not under the lock: whoever waits for these calls is told at once.
        }
    }

    private synchronized void leave(Line opened) {
        if (opened.equals(line)) {
            move(null);
        }
    }

    /** Ends all calls. */
    @Override
    public synchronized void close() {
        closed = true;
        move(null);
        left.forEach(ManagedChannel::shutdownNow);
        left.clear();
    }
}
