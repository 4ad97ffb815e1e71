package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.exception.DockerException;
import io.stoa.agent.container.ContainerIo;
import io.stoa.time.Time;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection, through the engine, to what runs in a container. What comes out is read by a thread of its own, as fast
 * as it is taken: in frames, which are a header of 8 bytes and what one of the streams has said, or, of a terminal, as
 * it is.
 */
final class EngineIo implements ContainerIo {

    private static final Logger LOG = LoggerFactory.getLogger(EngineIo.class);

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int FRAME_PADDING_BYTES = 3;
    private static final byte STDERR = 2;

    private final Target target;
    private final Listener listener;
    private final SocketChannel channel;
    private final InputStream in;
    private volatile boolean closed;

    /**
     * What is connected to.
     *
     * @param path of the call, which is a POST
     * @param body of the call, in JSON
     * @param terminal whether it is one
     * @param takesInput whether its stdin is open
     * @param resizing tells the engine how large the terminal is
     * @param over called when the connection is over, whoever ended it
     */
    record Target(String path, String body, boolean terminal, boolean takesInput, Resizing resizing, Runnable over) {}

    /** Blocks. */
    interface Resizing {

        void resize(int rows, int columns);
    }

    private EngineIo(Target target, Listener listener, SocketChannel channel) {
        this.target = target;
        this.listener = listener;
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
    }

    /**
     * Connects; this blocks until the engine answers.
     *
     * @param silenceMs for how long it may say nothing
     * @throws IOException where it refuses, in its own words, or does not answer
     */
    static EngineIo connect(Path socket, Target target, Listener listener, Time time, long silenceMs)
            throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        EngineIo io = new EngineIo(target, listener, channel);
        Time.Timer guard = time.after(silenceMs, Runnable::run, io::close);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            io.ask();
        } catch (IOException e) {
            io.close();
            throw e;
        } finally {
            guard.cancel();
        }
        Thread reader = new Thread(io::read, "docker-io");
        reader.setDaemon(true);
        reader.start();
        return io;
    }

    private void ask() throws IOException {
        byte[] body = target.body().getBytes(UTF_8);
        String head = "POST " + target.path() + " HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        write(head.getBytes(ISO_8859_1));
        write(body);
        String status = line();
        for (String header = line(); !header.isEmpty(); header = line()) {
            LOG.trace("{}", header);
        }
        if (!status.matches("HTTP/1\\.\\d (101|200)( .*)?")) {
            // An answer that is none ends with its connection, or is as short as this.
            channel.shutdownOutput();
            throw new IOException(Engine.words(new IOException(new String(in.readNBytes(MAX_ERROR_BYTES), UTF_8))));
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() == MAX_LINE_BYTES) {
                throw new EOFException("The Docker engine ended the connection before its answer");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private void read() {
        try (in) {
            if (target.terminal()) {
                readTerminal();
            } else {
                readFrames(new DataInputStream(in));
            }
        } catch (IOException e) {
            LOG.debug("No more output path={}", target.path(), e);
        }
        if (!closed) {
            listener.ended();
        }
        target.over().run();
    }

    private void readTerminal() throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            listener.output(Source.STDOUT, Arrays.copyOf(buffer, count));
        }
    }

    private void readFrames(DataInputStream frames) throws IOException {
        while (true) {
            Source source = frames.readByte() == STDERR ? Source.STDERR : Source.STDOUT;
            frames.skipNBytes(FRAME_PADDING_BYTES);
            long left = Integer.toUnsignedLong(frames.readInt());
            while (left > 0) {
                byte[] data = frames.readNBytes((int) Math.min(left, BUFFER_BYTES));
                if (data.length == 0) {
                    throw new EOFException();
                }
                listener.output(source, data);
                left -= data.length;
            }
        }
    }

    @Override
    public void input(byte[] data) throws IOException {
        if (!target.takesInput()) {
            throw new IOException("The container's stdin is not open");
        }
        try {
            write(data);
        } catch (IOException e) {
            // Who reads sees the end of the connection, too, and tells of it behind the last output.
            LOG.debug("Input that nobody takes any more path={}", target.path(), e);
        }
    }

    private synchronized void write(byte[] data) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(data);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    @Override
    public void endInput() {
        if (!target.terminal()) {
            try {
                channel.shutdownOutput();
            } catch (IOException e) {
                LOG.debug("No input to end path={}", target.path(), e);
            }
        }
    }

    @Override
    public void window(int rows, int columns) {
        if (target.terminal()) {
            try {
                target.resizing().resize(rows, columns);
            } catch (DockerException | NoAnswerException e) {
                // It may have ended.
                LOG.debug("Not resized path={}", target.path(), e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        end();
    }

    /** Ends the connection as if the engine had: the listener is told. */
    void end() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("Not closed properly", e);
        }
    }
}
