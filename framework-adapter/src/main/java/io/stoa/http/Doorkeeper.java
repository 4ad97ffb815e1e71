package io.stoa.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.stoa.time.Time;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets connections in, before anything else on the channel that accepts them: no more than there may be, and none for a
 * while when one could not be taken. Belongs to that channel's loop, but for the count, which connections leave on
 * theirs.
 */
final class Doorkeeper extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);
    /** Whoever comes meanwhile waits in the kernel's queue. */
    static final long PAUSE_MS = 1_000;

    private static final long QUIET_MS = 30_000;

    private final int maxConnections;
    private final HttpCounts counts;
    private final Time time;
    private final RareLine refusals = new RareLine();
    private final RareLine failures = new RareLine();

    Doorkeeper(int maxConnections, HttpCounts counts, Time time) {
        this.maxConnections = maxConnections;
        this.counts = counts;
        this.time = time;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel connection = (Channel) message;
        if (counts.connections.get() >= maxConnections) {
            counts.connectionsRefused.increment();
            if (refusals.isDue()) {
                LOG.warn(
                        "connections refused times={} last={} connections={} (expected: at most {})",
                        refusals.timesSince(),
                        connection.remoteAddress(),
                        counts.connections.get(),
                        maxConnections);
            }
            connection.unsafe().closeForcibly();
            return;
        }
        counts.connections.incrementAndGet();
        connection.closeFuture().addListener(closed -> counts.connections.decrementAndGet());
        context.fireChannelRead(message);
    }

    /** Goes no further: Netty's own handler would pause as well, and then print the whole stack, once a second. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        counts.acceptFailures.increment();
        ChannelConfig accepting = context.channel().config();
        accepting.setAutoRead(false);
        context.executor().schedule(() -> accepting.setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
        if (failures.isDue()) {
            LOG.error(
                    "no connection can be taken times={} connections={} pauseMs={}: {}",
                    failures.timesSince(),
                    counts.connections.get(),
                    PAUSE_MS,
                    cause.toString());
        }
    }

    /** Something that may happen often, and is told once in a while. */
    private final class RareLine {

        private boolean told;
        private long toldMs;
        private long times;

        /** Counts one. */
        boolean isDue() {
            times++;
            return !told || time.monotonicMs() - toldMs >= QUIET_MS;
        }

        /** How often it has happened since it was told last; it is told now. */
        long timesSince() {
            long since = times;
            times = 0;
            told = true;
            toldMs = time.monotonicMs();
            return since;
        }
    }
}
