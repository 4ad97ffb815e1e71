package io.stoa.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Looks at the first bytes of a connection and hands it to HTTP/1 or, where they are HTTP/2's preface, to gRPC. */
final class ProtocolSniffer extends ByteToMessageDecoder {

    /** Enough of "PRI * HTTP/2.0": no method of HTTP/1 begins so. */
    private static final byte[] PREFACE = "PRI ".getBytes(US_ASCII);

    private final Consumer<ChannelPipeline> http1;
    private final BiConsumer<Channel, Runnable> http2;
    private boolean decided;

    /**
     * @param http1 adds the handlers of HTTP/1
     * @param http2 adds those of HTTP/2 and runs, on the event loop, what follows
     */
    ProtocolSniffer(Consumer<ChannelPipeline> http1, BiConsumer<Channel, Runnable> http2) {
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (decided) {
            return;
        }
        int seen = Math.min(in.readableBytes(), PREFACE.length);
        for (int i = 0; i < seen; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                http1.accept(ctx.pipeline());
                giveWay(ctx);
                return;
            }
        }
        if (seen == PREFACE.length) {
            decided = true;
            ctx.channel().config().setAutoRead(false);
            http2.accept(ctx.channel(), () -> {
                giveWay(ctx);
                ctx.channel().config().setAutoRead(true);
            });
        }
    }

    /** A peer that is gone before it has said what it wants, as who only looks whether somebody listens. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /** What was read goes on to the handlers that take this one's place. */
    private void giveWay(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved()) { // As it is when the connection has been closed meanwhile.
            ctx.pipeline().remove(this);
        }
    }
}
