package io.stoa.itests.golden;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.stoa.mesos.v1.HttpReply;
import io.stoa.mesos.v1.SchedulerHttpHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Executor;

/** Nothing but the scheduler API on a port of its own: what the replay needs of a master. */
final class ReplayServer implements AutoCloseable {

    private static final int MAX_BODY_BYTES = 8 << 20;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final Channel server;

    ReplayServer(SchedulerHttpHandler handler) throws InterruptedException {
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                .addLast(new Requests(handler));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully();
    }

    private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final SchedulerHttpHandler handler;

        Requests(SchedulerHttpHandler handler) {
            this.handler = handler;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (request.decoderResult().isFailure()) {
                context.close();
                return;
            }
            NettyReply reply = new NettyReply(
                    context.channel(), request.method().equals(HttpMethod.HEAD), HttpUtil.isKeepAlive(request));
            if (request.uri().startsWith("/api/v1/scheduler") || request.uri().startsWith("/master/api/v1/scheduler")) {
                handler.handle(request.method(), request.headers(), request.content(), reply);
            } else if (request.uri().startsWith("/")) {
                reply.respond(HttpResponseStatus.NOT_FOUND, EmptyHttpHeaders.INSTANCE, "404 Not Found.");
            } else {
                context.close();
            }
        }
    }

    private record NettyReply(Channel channel, boolean bodiless, boolean keepAlive) implements HttpReply {

        @Override
        public Executor executor() {
            return channel.eventLoop();
        }

        @Override
        public ByteBufAllocator allocator() {
            return channel.alloc();
        }

        @Override
        public void respond(HttpResponseStatus status, HttpHeaders headers, String text) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
            response.headers().set("Date", now()).add(headers);
            if (body.length > 0) {
                response.headers().set("Content-Type", "text/plain; charset=utf-8");
            }
            response.headers().set("Content-Length", body.length);
            channel.writeAndFlush(response).addListener(future -> {
                if (!keepAlive) {
                    channel.close();
                }
            });
        }

        private static String now() {
            return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        }

        @Override
        public void begin(HttpHeaders headers) {
            DefaultHttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            response.headers()
                    .set("Date", now())
                    .set("Transfer-Encoding", "chunked")
                    .add(headers);
            channel.writeAndFlush(response);
        }

        @Override
        public void write(ByteBuf chunk) {
            channel.writeAndFlush(new DefaultHttpContent(chunk));
        }

        @Override
        public long pendingBytes() {
            return channel.unsafe().outboundBuffer() == null
                    ? 0
                    : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
        }

        @Override
        public void end() {
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }

        @Override
        public void close() {
            channel.close();
        }

        @Override
        public void whenClosed(Runnable action) {
            channel.closeFuture().addListener((ChannelFutureListener) future -> action.run());
        }
    }
}
