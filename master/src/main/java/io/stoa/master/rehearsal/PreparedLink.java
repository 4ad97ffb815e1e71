package io.stoa.master.rehearsal;

import com.google.protobuf.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.MasterMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection of the agent link whose client costs next to nothing: what it says was encoded before, byte for byte
 * what an HTTP/2 client sends that opens its streams one after the other and says one thing on each. Belongs to its
 * event loop.
 */
public final class PreparedLink extends ByteToMessageDecoder {

    private static final int FRAME_HEADER_BYTES = 9;
    private static final int MESSAGE_HEADER_BYTES = 5;
    private static final int SETTINGS_ENTRY_BYTES = 6;
    private static final int LARGE_WINDOW_BYTES = 8 << 20;

    /** What a connection tells. */
    public interface Listener {

        /** The server has answered. */
        void open();

        void said(MasterMessage.MessageCase message);

        void failed(String reason);
    }

    private final Listener listener;
    private boolean open;

    public PreparedLink(Listener listener) {
        this.listener = listener;
    }

    /** The bytes with which each of these calls begins on a connection where they are the first ones, in this order. */
    public static List<ByteBuf> calls(List<AgentMessage> messages) throws Http2Exception {
        DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
        Http2Headers headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path("/" + AgentLinkGrpc.getConnectMethod().getFullMethodName())
                .authority("127.0.0.1")
                .add("content-type", "application/grpc")
                .add("te", "trailers")
                .add("user-agent", "grpc-java-netty")
                .add("grpc-accept-encoding", "gzip");
        List<ByteBuf> calls = new ArrayList<>();
        for (AgentMessage message : messages) {
            int stream = 2 * calls.size() + 1;
            ByteBuf block = Unpooled.buffer();
            encoder.encodeHeaders(stream, headers, block);
            byte[] body = message.toByteArray();
            int length = MESSAGE_HEADER_BYTES + body.length;
            if (length > Http2CodecUtil.MAX_FRAME_SIZE_LOWER_BOUND) {
                throw new IllegalArgumentException("message: " + body.length + " bytes (expected: one frame)");
            }
            ByteBuf call = Unpooled.directBuffer();
            frame(call, block.readableBytes(), Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, stream);
            call.writeBytes(block);
            frame(call, length, Http2FrameTypes.DATA, (short) 0, stream);
            calls.add(call.writeByte(0).writeInt(body.length).writeBytes(body));
        }
        return calls;
    }

    private static void frame(ByteBuf out, int length, byte type, int flags, int stream) {
        out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ByteBuf hello = ctx.alloc().buffer().writeBytes(Http2CodecUtil.connectionPrefaceBuf());
        frame(hello, SETTINGS_ENTRY_BYTES, Http2FrameTypes.SETTINGS, (short) 0, 0);
        hello.writeShort(Http2CodecUtil.SETTINGS_INITIAL_WINDOW_SIZE).writeInt(LARGE_WINDOW_BYTES);
        ctx.writeAndFlush(hello);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < FRAME_HEADER_BYTES) {
            return;
        }
        int length = in.getUnsignedMedium(in.readerIndex());
        if (in.readableBytes() < FRAME_HEADER_BYTES + length) {
            return;
        }
        byte type = in.getByte(in.readerIndex() + 3);
        short flags = in.getUnsignedByte(in.readerIndex() + 4);
        in.skipBytes(FRAME_HEADER_BYTES);
        ByteBuf payload = in.readSlice(length);
        switch (type) {
            case Http2FrameTypes.DATA -> data(payload);
            case Http2FrameTypes.SETTINGS -> answer(ctx, payload, type, flags, false);
            case Http2FrameTypes.PING -> answer(ctx, payload, type, flags, true);
            case Http2FrameTypes.HEADERS -> {
                if ((flags & Http2Flags.END_STREAM) != 0) {
                    listener.failed("the master ended a call");
                }
            }
            case Http2FrameTypes.RST_STREAM, Http2FrameTypes.GO_AWAY -> listener.failed("reset: frame of type " + type);
            default -> {
                // Windows: what is said here is smaller than the first one.
            }
        }
    }

    /** The master says little at once: none of its messages is split. The first byte tells which one it is. */
    private void data(ByteBuf payload) {
        while (payload.isReadable()) {
            int length = payload.skipBytes(1).readInt();
            int tag = payload.getUnsignedByte(payload.readerIndex());
            listener.said(MasterMessage.MessageCase.forNumber(WireFormat.getTagFieldNumber(tag)));
            payload.skipBytes(length);
        }
    }

    private void answer(ChannelHandlerContext ctx, ByteBuf payload, byte type, short flags, boolean echo) {
        if ((flags & Http2Flags.ACK) == 0) {
            int length = echo ? payload.readableBytes() : 0;
            ByteBuf answer = ctx.alloc().buffer(FRAME_HEADER_BYTES + length);
            frame(answer, length, type, Http2Flags.ACK, 0);
            ctx.writeAndFlush(answer.writeBytes(payload, length));
        } else if (!open && type == Http2FrameTypes.SETTINGS) {
            open = true;
            listener.open();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        listener.failed(cause.toString());
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        listener.failed("connection lost");
    }
}
