package io.stoa.agent.process;

import io.stoa.agent.container.ContainerIo;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a shim's socket {@code io}. In both directions go frames: their kind, 1 byte, the length of what
 * follows, 4 bytes with the highest first, and that. Output is read by a thread of its own, as fast as it is taken.
 */
final class ShimIo implements ContainerIo {

    private static final Logger LOG = LoggerFactory.getLogger(ShimIo.class);

    private static final byte STDIN = 0;
    private static final byte WINDOW = 1;
    private static final byte STDOUT = 1;

    /** A shim sends smaller ones. */
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private final SocketChannel channel;
    private final Listener listener;
    private volatile boolean closed;

    private ShimIo(SocketChannel channel, Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    /** @throws IOException where no shim is there (any more) */
    static ShimIo connect(ShimFiles files, Listener listener) throws IOException {
        ShimIo io = new ShimIo(ShimLoop.open(files.io()), listener);
        Thread reader = new Thread(io::read, "shim-io");
        reader.setDaemon(true);
        reader.start();
        return io;
    }

    private void read() {
        try (DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
            while (true) {
                byte kind = in.readByte();
                int length = in.readInt();
                if (length < 0 || length > MAX_FRAME_BYTES) {
                    throw new IOException("frame of " + length + " bytes (expected: <= " + MAX_FRAME_BYTES + ")");
                }
                byte[] data = in.readNBytes(length);
                if (data.length < length) {
                    throw new EOFException();
                }
                listener.output(kind == STDOUT ? Source.STDOUT : Source.STDERR, data);
            }
        } catch (IOException e) {
            // The shim has said all, or nobody listens any more.
            if (!closed) {
                listener.ended();
            }
        }
    }

    @Override
    public void input(byte[] data) {
        send(STDIN, ByteBuffer.wrap(data));
    }

    @Override
    public void endInput() {
        send(STDIN, ByteBuffer.allocate(0));
    }

    @Override
    public void window(int rows, int columns) {
        send(
                WINDOW,
                ByteBuffer.allocate(2 * Short.BYTES)
                        .putShort((short) rows)
                        .putShort((short) columns)
                        .flip());
    }

    /** Who reads sees the end of the connection, too, and tells of it behind the last output. */
    private synchronized void send(byte kind, ByteBuffer data) {
        ByteBuffer frame = ByteBuffer.allocate(1 + Integer.BYTES + data.remaining())
                .put(kind)
                .putInt(data.remaining())
                .put(data)
                .flip();
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } catch (IOException e) {
            LOG.debug("Input that nobody takes any more", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("A socket that cannot be closed", e);
        }
    }
}
