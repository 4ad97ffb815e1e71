package io.stoa.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Consumer;

/** Looks at the first bytes of a connection and hands it to HTTP/1 or, where they are HTTP/2's preface, to gRPC. */
final class ProtocolSniffer extends ByteToMessageDecoder {

    /** Enough of "PRI * HTTP/2.0": no method of HTTP/1 begins so. */
    private static final byte[] PREFACE = "PRI ".getBytes(US_ASCII);

    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;

    ProtocolSniffer(Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int seen = Math.min(in.readableBytes(), PREFACE.length);
        for (int i = 0; i < seen; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                proceed(ctx, http1);
                return;
            }
        }
        if (seen == PREFACE.length) {
            proceed(ctx, http2);
        }
    }

    /** What was read goes on to the handlers that take this one's place. */
    private void proceed(ChannelHandlerContext ctx, Consumer<ChannelPipeline> protocol) {
        protocol.accept(ctx.pipeline());
        ctx.pipeline().remove(this);
    }
}
