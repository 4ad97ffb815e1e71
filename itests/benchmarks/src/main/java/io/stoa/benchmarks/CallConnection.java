package io.stoa.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.stoa.proto.recordio.RecordIoDecoder;
import io.stoa.proto.recordio.RecordIoException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.mesos.v1.scheduler.Protos.Call;

/**
 * A connection to {@code /api/v1/scheduler} on which calls follow one another without waiting for answers. Used on the
 * event loop only, once it is open.
 */
final class CallConnection {

    private static final int MAX_RECORD_BYTES = 64 << 20;
    private static final String PROTOBUF = "application/x-protobuf";

    private final Channel channel;
    private final Consumer<byte[]> events;
    private final Consumer<String> failed;
    private String streamId = "";
    private boolean flushIsDue;

    /**
     * Blocks until it is open.
     *
     * @param events gets the records of the answer to SUBSCRIBE
     * @param failed is told of every answer that refuses
     */
    CallConnection(EventLoop loop, int port, Consumer<byte[]> events, Consumer<String> failed) {
        this.events = events;
        this.failed = failed;
        this.channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline().addLast(new HttpClientCodec(), new AnswerReader());
                    }
                })
                .connect("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    /** Empty before the answer to SUBSCRIBE. */
    String streamId() {
        return streamId;
    }

    /** @param stream what SUBSCRIBE was answered with; empty for SUBSCRIBE itself */
    void send(Call call, String stream) {
        byte[] body = call.toByteArray();
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/api/v1/scheduler", Unpooled.wrappedBuffer(body));
        request.headers()
                .set(HttpHeaderNames.HOST, "127.0.0.1")
                .set(HttpHeaderNames.CONTENT_TYPE, PROTOBUF)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        if (stream.isEmpty()) {
            request.headers().set(HttpHeaderNames.ACCEPT, PROTOBUF);
        } else {
            request.headers().set("Mesos-Stream-Id", stream);
        }
        channel.write(request);
        if (!flushIsDue) {
            flushIsDue = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    private void flush() {
        flushIsDue = false;
        channel.flush();
    }

    void close() {
        channel.close().syncUninterruptibly();
    }

    private final class AnswerReader extends SimpleChannelInboundHandler<HttpObject> {

        private final RecordIoDecoder records = new RecordIoDecoder(MAX_RECORD_BYTES, events);
        private boolean streams;
        private boolean refused;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) throws RecordIoException {
            if (part instanceof HttpResponse answer) {
                int status = answer.status().code();
                streams = status == 200;
                refused = status != 200 && status != 202;
                if (streams) {
                    streamId = answer.headers().get("Mesos-Stream-Id", "");
                }
            }
            if (refused && part instanceof HttpContent content) {
                failed.accept("call refused: " + content.content().toString(StandardCharsets.UTF_8));
            }
            if (streams && part instanceof HttpContent content) {
                byte[] bytes = new byte[content.content().readableBytes()];
                content.content().readBytes(bytes);
                records.decode(bytes, 0, bytes.length);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failed.accept("connection failed: " + cause);
            ctx.close();
        }
    }
}
