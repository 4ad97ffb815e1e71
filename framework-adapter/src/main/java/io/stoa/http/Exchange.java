package io.stoa.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request on its connection, and the answer to it. */
final class Exchange implements HttpReply {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ChannelHandlerContext channel;
    private final HttpConnection connection;
    private final HttpRequest request;
    private final boolean keepsAlive;
    private final HttpHandler handler;
    private final AtomicBoolean answered = new AtomicBoolean();
    private @Nullable ChunkStream stream;
    private @Nullable Runnable streamClosed;
    private boolean lost;

    Exchange(
            ChannelHandlerContext channel,
            HttpConnection connection,
            HttpRequest request,
            boolean keepsAlive,
            HttpHandler handler) {
        this.channel = channel;
        this.connection = connection;
        this.request = request;
        this.keepsAlive = keepsAlive;
        this.handler = handler;
    }

    int bodyBytes() {
        return request.body().length;
    }

    boolean keepsAlive() {
        return keepsAlive;
    }

    /** On the event loop, when it is this exchange's turn. */
    void start() {
        try {
            BodyCoding.decode(request, connection.limits().maxBodyBytes())
                    .ifPresentOrElse(
                            decoded -> handler.handle(decoded, this),
                            () -> send(HttpResponse.text(500, "failed to decode body")));
        } catch (RuntimeException e) {
            LOG.error("request failed method={} path={}", request.method(), request.path(), e);
            if (answered.get()) {
                channel.close();
            } else {
                send(HttpResponse.text(500, "Internal error: " + e));
            }
        }
    }

    @Override
    public Executor eventLoop() {
        return channel.executor();
    }

    @Override
    public void send(HttpResponse response) {
        claimAnswer();
        HttpResponse coded = BodyCoding.apply(request, response);
        // A client reads no body after HEAD: it would take it for the beginning of the next answer.
        ByteBuf body = isHead() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(coded.body());
        var encoded = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(coded), body);
        addHeaders(encoded.headers(), coded, coded.body().length);
        onLoop(() -> channel.writeAndFlush(encoded).addListener(sent -> connection.finished(channel, this)));
    }

    @Override
    public void send(HttpResponse head, long length, InputStream body, Executor reader) {
        claimAnswer();
        var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(head));
        message.headers().set(HttpResponse.LENGTH, length).set("Date", connection.date());
        head.headers().forEach(header -> message.headers().set(header.getKey(), header.getValue()));
        transfer(message, length, body, reader);
    }

    @Override
    public void send(HttpResponse head, PiecedBody body) {
        claimAnswer();
        BodyCoding.Coded coded = BodyCoding.apply(request, head, body);
        var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(head));
        addHeaders(message.headers(), coded.head(), coded.body().length());
        transfer(message, coded.body().length(), coded.body().stream(), channel.executor());
    }

    private void transfer(DefaultHttpResponse message, long length, InputStream body, Executor reader) {
        long wanted = isHead() ? 0 : length;
        BodyTransfer transfer =
                new BodyTransfer(channel, body, wanted, reader, () -> connection.finished(channel, this));
        onLoop(() -> {
            channel.write(message);
            transfer.start();
        });
    }

    @Override
    public HttpStream stream(HttpResponse head, Runnable closed) {
        claimAnswer();
        ChunkStream chunks = new ChunkStream(channel, connection.limits().maxPendingStreamBytes(), this::streamEnded);
        onLoop(() -> open(head, chunks, closed));
        return chunks;
    }

    private void claimAnswer() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("request " + request.path() + " is answered a second time");
        }
    }

    private void open(HttpResponse head, ChunkStream chunks, Runnable closed) {
        stream = chunks;
        streamClosed = closed;
        if (lost) {
            connectionLost();
            return;
        }
        var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(head));
        message.headers().set("Date", connection.date()).set("Transfer-Encoding", "chunked");
        head.headers().forEach(header -> message.headers().set(header.getKey(), header.getValue()));
        channel.writeAndFlush(message);
    }

    private void streamEnded() {
        connection.finished(channel, this);
        runClosed();
    }

    /** On the event loop: the client has taken what was written. */
    void writable() {
        if (stream != null) {
            stream.drain();
        }
    }

    /** On the event loop: whatever was open is over. */
    void connectionLost() {
        lost = true;
        if (stream != null) {
            stream.abandon();
        }
        runClosed();
    }

    private void runClosed() {
        Runnable closed = streamClosed;
        streamClosed = null;
        if (closed != null) {
            closed.run();
        }
    }

    private void onLoop(Runnable action) {
        if (channel.executor().inEventLoop()) {
            action.run();
            return;
        }
        try {
            channel.executor().execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("the server was closed before its answer path={}", request.path());
        }
    }

    private boolean isHead() {
        return request.method().equals("HEAD");
    }

    private static HttpResponseStatus status(HttpResponse response) {
        return HttpResponseStatus.valueOf(response.status());
    }

    /** The order of the headers is libprocess'. */
    private void addHeaders(HttpHeaders headers, HttpResponse response, long bodyBytes) {
        String length = Long.toString(bodyBytes);
        headers.set("Date", connection.date());
        for (Map.Entry<String, String> header : response.headers()) {
            boolean isLength = header.getKey().equals(HttpResponse.LENGTH);
            headers.set(header.getKey(), isLength ? length : header.getValue());
        }
        if (!headers.contains(HttpResponse.LENGTH)) {
            headers.set(HttpResponse.LENGTH, length);
        }
    }
}
