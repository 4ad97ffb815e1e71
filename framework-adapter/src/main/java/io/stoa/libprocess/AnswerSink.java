package io.stoa.libprocess;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;

/** Drops the answers of a peer, which say nothing, as long as there are not more of them than anybody needs. */
final class AnswerSink extends ChannelInboundHandlerAdapter {

    private static final long ALWAYS_BYTES = 64 << 10;
    private static final long BYTES_PER_MESSAGE = 4 << 10;

    private final Runnable writable;
    private final Consumer<String> broken;
    private long allowedBytes = ALWAYS_BYTES;
    private long receivedBytes;

    /**
     * @param writable run when the peer has taken what was written
     * @param broken told, for people, why the connection is not to be used any more
     */
    AnswerSink(Runnable writable, Consumer<String> broken) {
        this.writable = writable;
        this.broken = broken;
    }

    /** A message has left, which may be answered. */
    void expectAnswer() {
        allowedBytes += BYTES_PER_MESSAGE;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        receivedBytes += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (receivedBytes > allowedBytes) {
            broken.accept("answers " + receivedBytes + " bytes (expected: <= " + allowedBytes + ")");
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            writable.run();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken.accept(cause.toString());
    }
}
