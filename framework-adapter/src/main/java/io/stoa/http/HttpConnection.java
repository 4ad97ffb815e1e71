package io.stoa.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP/1 connection: its requests are answered one after the other, in the order in which they came. */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** Mesos closes the connection of a client that says anything else. */
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS,
            HttpMethod.PATCH,
            HttpMethod.TRACE,
            HttpMethod.CONNECT);

    private final Supplier<HttpRoutes> routes;
    private final HttpLimits limits;
    private final DateHeader date;
    private final RequestDeadline deadline;
    private final Queue<Exchange> waiting = new ArrayDeque<>();
    private @Nullable Exchange current;
    private boolean starting;

    HttpConnection(Supplier<HttpRoutes> routes, HttpLimits limits, DateHeader date, RequestDeadline deadline) {
        this.routes = routes;
        this.limits = limits;
        this.date = date;
        this.deadline = deadline;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        deadline.requestIsComplete();
        DecoderResult decoded = message.decoderResult();
        if (decoded.isFailure()) {
            refuse(ctx, decoded.cause());
            return;
        }
        if (!METHODS.contains(message.method())) {
            ctx.close();
            return;
        }
        waiting.add(new Exchange(ctx, this, read(ctx, message), HttpUtil.isKeepAlive(message)));
        if (waiting.size() >= limits.maxPipelinedRequests()) {
            ctx.channel().config().setAutoRead(false);
        }
        startNext();
    }

    private static HttpRequest read(ChannelHandlerContext ctx, FullHttpRequest message) {
        byte[] body = new byte[message.content().readableBytes()];
        message.content().readBytes(body);
        String target = message.uri();
        int authority = target.startsWith("/") ? -1 : target.indexOf("://");
        if (authority > 0) {
            int slash = target.indexOf('/', authority + 3);
            target = slash < 0 ? "/" : target.substring(slash);
        }
        QueryStringDecoder uri = new QueryStringDecoder(target);
        return new HttpRequest(
                message.method().name(),
                uri.path(),
                uri.rawQuery(),
                message.headers(),
                body,
                ctx.channel().remoteAddress());
    }

    /** Garbage gets no answer, as with Mesos; what is only too long is told so. */
    private void refuse(ChannelHandlerContext ctx, Throwable cause) {
        int status =
                cause instanceof TooLongHttpLineException ? 414 : cause instanceof TooLongHttpHeaderException ? 431 : 0;
        if (status == 0) {
            ctx.close();
            return;
        }
        HttpResponse response = HttpResponse.text(
                status, "Request line or headers are too long (expected: <= " + limits.maxHeaderBytes() + " bytes)");
        ctx.writeAndFlush(Exchange.encode(response, date.value())).addListener(ChannelFutureListener.CLOSE);
    }

    private void startNext() {
        if (starting) {
            return;
        }
        starting = true;
        while (current == null && !waiting.isEmpty()) {
            Exchange next = waiting.remove();
            current = next;
            start(next);
        }
        starting = false;
    }

    private void start(Exchange exchange) {
        HttpRequest request = exchange.request();
        HttpHandler handler =
                routes.get().find(request.path()).orElse((unrouted, reply) -> reply.send(HttpResponse.notFound()));
        try {
            handler.handle(request, exchange);
        } catch (RuntimeException e) {
            LOG.error("request failed method={} path={}", request.method(), request.path(), e);
            exchange.send(HttpResponse.text(500, "Internal error: " + e));
        }
    }

    /** The answer of the current exchange has been written. */
    void finished(ChannelHandlerContext ctx, Exchange exchange) {
        if (current != exchange) {
            return;
        }
        current = null;
        if (!exchange.keepsAlive()) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        ctx.channel().config().setAutoRead(true);
        startNext();
    }

    HttpLimits limits() {
        return limits;
    }

    String date() {
        return date.value();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Exchange interrupted = current;
        current = null;
        waiting.clear();
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
