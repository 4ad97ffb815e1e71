package io.stoa.libprocess;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Writes messages as libprocess does: a body is one chunk, and without a body there is nothing that says so. */
final class MessageEncoder {

    private static final byte[] END = "\r\n0\r\n\r\n".getBytes(US_ASCII);

    private MessageEncoder() {}

    /** @param body becomes part of the result, is not copied */
    static ByteBuf encode(Upid from, Upid to, String name, byte[] body) {
        String head = "POST /" + to.id() + "/" + name + " HTTP/1.1\r\n"
                + "User-Agent: libprocess/" + from + "\r\n"
                + "Libprocess-From: " + from + "\r\n"
                + "Connection: Keep-Alive\r\n"
                + "Host: " + to.address() + "\r\n";
        if (body.length == 0) {
            return Unpooled.wrappedBuffer((head + "\r\n").getBytes(US_ASCII));
        }
        String chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length) + "\r\n";
        return Unpooled.wrappedBuffer(chunked.getBytes(US_ASCII), body, END);
    }
}
