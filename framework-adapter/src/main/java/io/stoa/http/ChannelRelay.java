package io.stoa.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a relay: what is read here is written there, without a copy. Reading stops while the other side does
 * not keep up, and the end of one side is the end of both.
 */
final class ChannelRelay extends ChannelInboundHandlerAdapter {

    private final Queue<Object> early = new ArrayDeque<>();
    private @Nullable Channel other;
    private @Nullable ChannelHandlerContext context;

    /** A direction whose other side is joined later. */
    ChannelRelay() {}

    ChannelRelay(Channel other) {
        this.other = other;
    }

    /** On this side's event loop. */
    void join(Channel channel) {
        other = channel;
        ChannelHandlerContext ctx = context;
        if (ctx == null || !ctx.channel().isActive()) {
            early.forEach(ReferenceCountUtil::release);
            channel.close();
            return;
        }
        for (Object message = early.poll(); message != null; message = early.poll()) {
            channel.write(message);
        }
        channel.flush();
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel target = other;
        if (target == null) {
            early.add(message);
            return;
        }
        target.write(message);
        if (!target.isWritable()) {
            ctx.channel().config().setAutoRead(false);
            if (target.isWritable()) { // Became so in between, on its own event loop: nobody will say so again.
                ctx.channel().config().setAutoRead(true);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (other != null) {
            other.flush();
        }
    }

    /** This side can take more: the other one may be read again. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (other != null && ctx.channel().isWritable()) {
            other.config().setAutoRead(true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        if (other != null) {
            other.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
