package io.stoa.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A request whose body is still being read. Memory is taken as bytes come, not as they are announced. */
final class IncomingRequest {

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

    private final io.netty.handler.codec.http.HttpRequest head;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private boolean toldToGoOn;

    IncomingRequest(io.netty.handler.codec.http.HttpRequest head) {
        this.head = head;
    }

    static boolean hasKnownMethod(io.netty.handler.codec.http.HttpRequest head) {
        return METHODS.contains(head.method());
    }

    /** What is wrong with the target, for people: {@code %zz} is no escape. Empty where it can be read. */
    static Optional<String> targetError(io.netty.handler.codec.http.HttpRequest head) {
        try {
            QueryStringDecoder target = new QueryStringDecoder(head.uri());
            Objects.requireNonNull(target.path());
            Objects.requireNonNull(target.parameters());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("Malformed request target: " + e.getMessage());
        }
    }

    /** @return false where the body, or what is announced of it, is larger than that */
    boolean takes(ByteBuf part, int maxBodyBytes) {
        long total = Math.max((long) body.size() + part.readableBytes(), HttpUtil.getContentLength(head, 0L));
        if (total > maxBodyBytes) {
            return false;
        }
        try {
            part.readBytes(body, part.readableBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes everything", e);
        }
        return true;
    }

    /** True once, where the client announced to wait and has sent nothing of its body yet. */
    boolean waitsForGoAhead() {
        boolean waits = !toldToGoOn && body.size() == 0 && HttpUtil.is100ContinueExpected(head);
        toldToGoOn |= waits;
        return waits;
    }

    /** True where only the end of the body tells how long it is. */
    boolean hasUnknownLength() {
        return HttpUtil.isTransferEncodingChunked(head);
    }

    boolean keepsAlive() {
        return HttpUtil.isKeepAlive(head);
    }

    /** With what of its body has come. */
    HttpRequest complete(SocketAddress remote) {
        QueryStringDecoder target = new QueryStringDecoder(withoutAuthority(head.uri()));
        return new HttpRequest(
                head.method().name(), target.path(), target.rawQuery(), head.headers(), body.toByteArray(), remote);
    }

    /** Stands for a request that is refused before it is known. */
    static HttpRequest unread(ChannelHandlerContext ctx) {
        return new HttpRequest(
                "GET",
                "",
                "",
                EmptyHttpHeaders.INSTANCE,
                new byte[0],
                ctx.channel().remoteAddress());
    }

    private static String withoutAuthority(String target) {
        int authority = target.startsWith("/") ? -1 : target.indexOf("://");
        if (authority < 0) {
            return target;
        }
        int slash = target.indexOf('/', authority + 3);
        return slash < 0 ? "/" : target.substring(slash);
    }
}
