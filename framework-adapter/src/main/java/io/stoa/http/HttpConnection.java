package io.stoa.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1 connection: its requests are answered one after the other, in the order in which they came, each when the
 * answer before it has left.
 */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private final Function<io.stoa.http.HttpRequest, HttpHandler> handlers;
    private final HttpLimits limits;
    private final DateHeader date;
    private final RequestDeadline deadline;
    private final Queue<Exchange> waiting = new ArrayDeque<>();
    private @Nullable IncomingRequest incoming;
    private @Nullable StreamedRequest streamed;
    private @Nullable Exchange current;
    /** Of the bodies of those who wait. */
    private long waitingBytes;

    private boolean starting;
    private boolean deaf;

    /** @param handlers who answers a request, which may be without its body */
    HttpConnection(
            Function<io.stoa.http.HttpRequest, HttpHandler> handlers,
            HttpLimits limits,
            DateHeader date,
            RequestDeadline deadline) {
        this.handlers = handlers;
        this.limits = limits;
        this.date = date;
        this.deadline = deadline;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (deaf) {
            return;
        }
        DecoderResult decoded = part.decoderResult();
        if (decoded.isFailure()) {
            refuseUnreadable(ctx, decoded.cause());
            return;
        }
        if (part instanceof HttpRequest head) {
            if (!IncomingRequest.hasKnownMethod(head)) {
                hangUp(ctx);
                return;
            }
            Optional<String> error = IncomingRequest.targetError(head);
            if (error.isPresent()) {
                refuse(ctx, 400, error.get());
                return;
            }
            incoming = new IncomingRequest(head);
            if (!beginStream(ctx, incoming)) {
                take(ctx, incoming, Unpooled.EMPTY_BUFFER);
            }
        }
        if (streamed != null && part instanceof HttpContent content) {
            streamed.take(content.content());
            if (part instanceof LastHttpContent) {
                streamed.end();
            }
            return;
        }
        IncomingRequest request = incoming;
        if (request != null
                && part instanceof HttpContent content
                && take(ctx, request, content.content())
                && part instanceof LastHttpContent) {
            complete(ctx, request);
        }
    }

    /** Begins to answer a request before its body is there, where that is how its handler wants it. */
    private boolean beginStream(ChannelHandlerContext ctx, IncomingRequest request) {
        if (current != null || !request.hasUnknownLength()) {
            return false;
        }
        io.stoa.http.HttpRequest head = request.complete(ctx.channel().remoteAddress());
        if (!(handlers.apply(head) instanceof StreamingHandler handler) || !handler.streams(head)) {
            return false;
        }
        incoming = null;
        deadline.requestStreams();
        if (request.waitsForGoAhead()) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        streamed = new StreamedRequest(ctx);
        waiting.add(new Exchange(ctx, this, head, false, streamed.handler(handler)));
        startNext();
        return true;
    }

    private boolean take(ChannelHandlerContext ctx, IncomingRequest request, ByteBuf part) {
        boolean taken = request.takes(part, limits.maxBodyBytes());
        if (!taken) {
            refuse(ctx, 413, "Request body is too large (expected: <= " + limits.maxBodyBytes() + " bytes)");
        }
        return taken;
    }

    /** A client that holds its body back until it is told to go on is told so; one that does not wait is not. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        IncomingRequest request = incoming;
        if (request != null && !deaf && request.waitsForGoAhead()) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        ctx.fireChannelReadComplete();
    }

    private void complete(ChannelHandlerContext ctx, IncomingRequest request) {
        incoming = null;
        deadline.requestIsComplete();
        Exchange next = new Exchange(
                ctx, this, request.complete(ctx.channel().remoteAddress()), request.keepsAlive(), this::handle);
        waiting.add(next);
        waitingBytes += next.bodyBytes();
        startNext();
        if (!hasRoom()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    private boolean hasRoom() {
        return waiting.size() < limits.maxPipelinedRequests() && waitingBytes < limits.maxPipelinedBytes();
    }

    /** Garbage gets no answer, as with Mesos; what is only too long is told so. */
    private void refuseUnreadable(ChannelHandlerContext ctx, Throwable cause) {
        String tooLong = " too long (expected: <= " + limits.maxHeaderBytes() + " bytes)";
        if (cause instanceof TooLongHttpLineException) {
            refuse(ctx, 414, "Request line is" + tooLong);
        } else if (cause instanceof TooLongHttpHeaderException) {
            refuse(ctx, 431, "Request headers are" + tooLong);
        } else {
            hangUp(ctx);
        }
    }

    private void hangUp(ChannelHandlerContext ctx) {
        deaf = true;
        ctx.close();
    }

    /** Answers when the earlier requests are answered. What the client goes on sending is not looked at. */
    private void refuse(ChannelHandlerContext ctx, int status, String message) {
        deaf = true;
        incoming = null;
        HttpResponse refusal = HttpResponse.text(status, message);
        waiting.add(
                new Exchange(ctx, this, IncomingRequest.unread(ctx), false, (unread, reply) -> reply.send(refusal)));
        startNext();
    }

    private void handle(io.stoa.http.HttpRequest request, HttpReply reply) {
        handlers.apply(request).handle(request, reply);
    }

    private void startNext() {
        if (starting) {
            return;
        }
        starting = true;
        while (current == null && !waiting.isEmpty()) {
            Exchange next = waiting.remove();
            waitingBytes -= next.bodyBytes();
            current = next;
            next.start();
        }
        starting = false;
    }

    /** The answer of the current exchange has left. */
    void finished(ChannelHandlerContext ctx, Exchange exchange) {
        if (current != exchange) {
            return;
        }
        current = null;
        if (!exchange.keepsAlive()) {
            waiting.clear();
            closeAfterInput(ctx);
            return;
        }
        startNext();
        if (hasRoom()) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    /**
     * Ends the output at once, and the connection only when the client ends its input: closing before that would make
     * the kernel take the answer back from a client that still sends. The deadline bounds how long that may last.
     */
    private void closeAfterInput(ChannelHandlerContext ctx) {
        boolean inputMayFollow = deaf || (streamed != null && !streamed.hasEnded());
        deaf = true;
        if (inputMayFollow && ctx.channel() instanceof DuplexChannel duplex) {
            deadline.inputIsToEnd();
            ctx.channel().config().setAutoRead(true);
            duplex.shutdownOutput();
        } else {
            ctx.close();
        }
    }

    HttpLimits limits() {
        return limits;
    }

    String date() {
        return date.value();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (current != null && ctx.channel().isWritable()) {
            current.writable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Exchange interrupted = current;
        current = null;
        deaf = true;
        incoming = null;
        waiting.clear();
        if (streamed != null) {
            streamed.lost();
        }
        if (interrupted != null) {
            interrupted.connectionLost();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("connection closed remote={} cause={}", ctx.channel().remoteAddress(), cause.toString());
        }
        ctx.close();
    }
}
