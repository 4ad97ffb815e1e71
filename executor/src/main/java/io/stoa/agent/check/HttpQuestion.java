package io.stoa.agent.check;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.stoa.agent.container.Containerizer.Container;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One GET on a connection of its own; the body is read and forgotten. */
final class HttpQuestion extends SimpleChannelInboundHandler<HttpObject> {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_HEADER_BYTES = 300 * 1024;
    private static final int CHUNK_BYTES = 8 * 1024;

    private static final SslContext TRUSTING = trusting();

    private final HttpRequest request;
    private final CompletableFuture<HttpResponse> answered;
    private @Nullable HttpResponse answer;

    private HttpQuestion(HttpRequest request, CompletableFuture<HttpResponse> answered) {
        this.request = request;
        this.answered = answered;
    }

    /** @param use when it completes, the connection is closed */
    static CompletableFuture<HttpResponse> ask(Dialer dialer, Container container, URI uri, CompletableFuture<?> use) {
        boolean secure = "https".equals(uri.getScheme());
        if (uri.getHost() == null || (!secure && !"http".equals(uri.getScheme()))) {
            return CompletableFuture.failedFuture(new IOException("neither http nor https"));
        }
        CompletableFuture<HttpResponse> answered = new CompletableFuture<>();
        HttpQuestion question = new HttpQuestion(request(uri), answered);
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
        CompletableFuture<?> asked = CompletableFuture.anyOf(use, answered);
        dialer.dial(container, uri.getHost().replaceAll("[\\[\\]]", ""), port, question.pipeline(secure), asked)
                .whenComplete((channel, failure) -> {
                    if (failure != null) {
                        answered.completeExceptionally(failure);
                    }
                });
        return answered;
    }

    private static HttpRequest request(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        HttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        request.headers()
                .set(HttpHeaderNames.HOST, uri.getRawAuthority())
                .set(HttpHeaderNames.USER_AGENT, "stoa")
                .set(HttpHeaderNames.ACCEPT, "*/*");
        return request;
    }

    private static SslContext trusting() {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("No TLS on this machine", e);
        }
    }

    private ChannelInitializer<Channel> pipeline(boolean secure) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (secure) {
                    channel.pipeline().addLast(TRUSTING.newHandler(channel.alloc()));
                }
                channel.pipeline()
                        .addLast(new HttpClientCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, CHUNK_BYTES))
                        .addLast(HttpQuestion.this);
            }
        };
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            answered.completeExceptionally(part.decoderResult().cause());
            return;
        }
        if (part instanceof HttpResponse head) {
            answer = head;
        }
        if (part instanceof LastHttpContent && answer != null) {
            // What comes before the answer, 100 Continue, is none.
            if (answer.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                answered.complete(answer);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        answered.completeExceptionally(new IOException("the connection ended before the answer did"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        answered.completeExceptionally(failure);
    }
}
