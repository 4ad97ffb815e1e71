package io.stoa.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts an HTTP/2 connection over which nothing comes any more: its peer, or the network to it, is gone without a word,
 * and calls would stay open until TCP gives up. A peer that has nothing to say is asked in time whether it is there.
 *
 * <p>gRPC's own keepalive asks no more often than each 10 s, and ends a connection in an orderly way, for which it
 * waits half a minute.
 */
final class SilenceLimit extends IdleStateHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SilenceLimit.class);

    /** A frame of HTTP/2 with 8 bytes, those of gRPC's keepalive, which thus knows the answer. */
    private static final byte[] PING = {0, 0, 8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xde, (byte) 0xad};

    private final long maxMs;
    private final HttpCounts counts;

    /** @param maxMs without anything from the peer; half of it is for its answer */
    SilenceLimit(long maxMs, HttpCounts counts) {
        super(maxMs / 2, 0, 0, TimeUnit.MILLISECONDS);
        this.maxMs = maxMs;
        this.counts = counts;
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (event.isFirst()) {
            context.writeAndFlush(Unpooled.wrappedBuffer(PING));
        } else {
            counts.silentCut.increment();
            LOG.info("connection cut: silence peer={} ms={}", context.channel().remoteAddress(), maxMs);
            context.close();
        }
    }
}
