package io.stoa.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a client that opens a connection, or begins a request, and does not come to an end with it. A connection that
 * waits between two requests may stay for ever.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {

    private final long timeoutMs;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable ChannelHandlerContext context;
    private boolean suspended;

    RequestDeadline(long timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        requestIsExpected();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        requestIsExpected();
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        requestIsComplete();
        ctx.fireChannelInactive();
    }

    void requestIsComplete() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** The request is one that may take as long as its client likes. */
    void requestStreams() {
        suspended = true;
        requestIsComplete();
    }

    /** The answer has been given: whatever still comes is to come within the time of a request. */
    void inputIsToEnd() {
        suspended = false;
        requestIsExpected();
    }

    /** Starts the time, if it does not run already. */
    void requestIsExpected() {
        ChannelHandlerContext ctx = context;
        if (timer == null && ctx != null && !suspended) {
            timer = ctx.executor().schedule((Runnable) ctx::close, timeoutMs, TimeUnit.MILLISECONDS);
        }
    }
}
