package io.stoa.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** A request whose body is handed over while it comes. Belongs to the event loop. */
final class StreamedRequest {

    private final ChannelHandlerContext channel;
    private StreamingHandler.@Nullable BodySink sink;
    private boolean ended;

    StreamedRequest(ChannelHandlerContext channel) {
        this.channel = channel;
    }

    /** As a handler of the request's head. */
    HttpHandler handler(StreamingHandler handler) {
        return (head, reply) -> sink = handler.open(head, reply, this::resume);
    }

    void take(ByteBuf part) {
        if (sink != null && part.isReadable() && !sink.take(ByteBufUtil.getBytes(part))) {
            channel.channel().config().setAutoRead(false);
        }
    }

    /** By any thread; never before what it is the answer to has had its effect. */
    private void resume() {
        channel.executor().execute(() -> channel.channel().config().setAutoRead(true));
    }

    void end() {
        ended = true;
        if (sink != null) {
            sink.end();
        }
    }

    void lost() {
        if (sink != null && !ended) {
            sink.lost();
        }
    }

    /** False as long as the client may send more of it. */
    boolean hasEnded() {
        return ended;
    }
}
