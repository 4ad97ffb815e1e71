package io.stoa.agent.docker;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The chunks of an HTTP/1.1 body, as they come: a size in hexadecimal digits on a line of its own, so many bytes, and a
 * line end. Size 0 says that the body is complete, which the end of a connection alone does not.
 */
final class ChunkedBody {

    private static final int HEXADECIMAL = 16;

    private final StringBuilder line = new StringBuilder();
    private long leftInChunk;
    private boolean afterChunk;
    private boolean complete;

    /** @param data takes what each chunk holds, as a whole or in parts */
    void take(ByteBuffer in, Consumer<ByteBuffer> data) {
        while (in.hasRemaining() && !complete) {
            if (leftInChunk > 0) {
                int length = (int) Math.min(leftInChunk, in.remaining());
                data.accept(in.slice(in.position(), length));
                in.position(in.position() + length);
                leftInChunk -= length;
            } else {
                line((char) in.get());
            }
        }
        in.position(in.limit());
    }

    private void line(char next) {
        if (next != '\n') {
            line.append(next);
            return;
        }
        if (afterChunk) {
            afterChunk = false;
        } else {
            leftInChunk = Long.parseLong(line.toString().split(";", 2)[0].strip(), HEXADECIMAL);
            complete = leftInChunk == 0;
            afterChunk = true;
        }
        line.setLength(0);
    }

    /** True where nothing more will come. */
    boolean isComplete() {
        return complete;
    }
}
