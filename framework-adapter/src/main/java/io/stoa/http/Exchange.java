package io.stoa.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request on its connection, and the answer to it. */
final class Exchange implements HttpReply {

    private final ChannelHandlerContext channel;
    private final HttpConnection connection;
    private final HttpRequest request;
    private final boolean keepsAlive;
    private final AtomicBoolean answered = new AtomicBoolean();
    private @Nullable ChunkStream stream;
    private @Nullable Runnable streamClosed;
    private boolean lost;

    Exchange(ChannelHandlerContext channel, HttpConnection connection, HttpRequest request, boolean keepsAlive) {
        this.channel = channel;
        this.connection = connection;
        this.request = request;
        this.keepsAlive = keepsAlive;
    }

    HttpRequest request() {
        return request;
    }

    boolean keepsAlive() {
        return keepsAlive;
    }

    @Override
    public Executor eventLoop() {
        return channel.executor();
    }

    @Override
    public void send(HttpResponse response) {
        claimAnswer();
        FullHttpResponse encoded = encode(BodyCoding.apply(request, response), connection.date());
        onLoop(() -> {
            channel.writeAndFlush(encoded);
            connection.finished(channel, this);
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
        io.netty.handler.codec.http.HttpResponse message =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(head.status()));
        message.headers().set("Date", connection.date()).set("Transfer-Encoding", "chunked");
        addAll(message.headers(), head);
        channel.writeAndFlush(message);
    }

    private void streamEnded() {
        connection.finished(channel, this);
        runClosed();
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
        } else {
            channel.executor().execute(action);
        }
    }

    /** The order of the headers is libprocess'. */
    static FullHttpResponse encode(HttpResponse response, String date) {
        FullHttpResponse message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        HttpHeaders headers = message.headers();
        headers.set("Date", date);
        String length = Integer.toString(response.body().length);
        boolean refusal = response.status() >= 400;
        if (!refusal) {
            headers.set("Content-Length", length);
        }
        addAll(headers, response);
        if (refusal) {
            headers.set("Content-Length", length);
        }
        return message;
    }

    private static void addAll(HttpHeaders headers, HttpResponse response) {
        for (Map.Entry<String, String> header : response.headers()) {
            headers.set(header.getKey(), header.getValue());
        }
    }
}
