package io.stoa.agent.docker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the engine's answer apart, an HTTP head and then, in chunks, frames of the two streams, and appends to a
 * sandbox's files what is not in them yet.
 */
final class OutputStreams implements OutputLoop.Sink {

    private static final Logger LOG = LoggerFactory.getLogger(OutputStreams.class);

    private static final String HEAD_END = "\r\n\r\n";
    private static final int FRAME_HEADER_BYTES = 8;
    private static final int FRAME_LENGTH_AT = 4;
    private static final byte STDERR = 2;

    private final boolean terminal;
    private final Target stdout;
    private final Target stderr;
    private final ByteBuffer frameHeader = ByteBuffer.allocate(FRAME_HEADER_BYTES);
    private final ChunkedBody body = new ChunkedBody();
    private final StringBuilder statusLine = new StringBuilder();
    private int headEndSeen;
    private Target current;
    private long leftInFrame;

    /** @param terminal whether it is the output of one, which comes as it is, without frames */
    OutputStreams(Path sandbox, boolean terminal) throws IOException {
        this.terminal = terminal;
        stdout = new Target(sandbox.resolve("stdout"));
        try {
            stderr = new Target(sandbox.resolve("stderr"));
        } catch (IOException e) {
            stdout.close();
            throw e;
        }
        current = stdout;
    }

    /** How many bytes of output are in a sandbox. */
    static long written(Path sandbox) {
        return sandbox.resolve("stdout").toFile().length()
                + sandbox.resolve("stderr").toFile().length();
    }

    @Override
    public void take(ByteBuffer in) {
        while (in.hasRemaining() && headEndSeen < HEAD_END.length()) {
            head((char) in.get());
        }
        if (isReadable()) {
            body.take(in, terminal ? stdout::append : this::frames);
        }
    }

    private boolean isReadable() {
        return statusLine.toString().contains(" 200 ");
    }

    /** All of it has come, or the engine does not let it be read. */
    @Override
    public boolean isComplete() {
        return headEndSeen == HEAD_END.length() && (!isReadable() || body.isComplete());
    }

    private void frames(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (leftInFrame > 0) {
                payload(in);
            } else {
                frameHeader(in);
            }
        }
    }

    private void head(char next) {
        headEndSeen = next == HEAD_END.charAt(headEndSeen) ? headEndSeen + 1 : next == HEAD_END.charAt(0) ? 1 : 0;
        if (statusLine.indexOf("\n") < 0 && statusLine.length() < 64) {
            statusLine.append(next);
        }
    }

    private void frameHeader(ByteBuffer in) {
        frameHeader.put(in.get());
        if (!frameHeader.hasRemaining()) {
            current = frameHeader.get(0) == STDERR ? stderr : stdout;
            leftInFrame = Integer.toUnsignedLong(frameHeader.getInt(FRAME_LENGTH_AT));
            frameHeader.clear();
        }
    }

    private void payload(ByteBuffer in) {
        int length = (int) Math.min(leftInFrame, in.remaining());
        current.append(in.slice(in.position(), length));
        in.position(in.position() + length);
        leftInFrame -= length;
    }

    @Override
    public void close() throws IOException {
        try {
            stdout.close();
        } finally {
            stderr.close();
        }
    }

    /**
     * A file of the sandbox; the task may have put anything in its place, so no link is followed and nothing but a file
     * opened.
     */
    private static final class Target {

        private final Path path;
        private final FileChannel file;
        private long skipBytes;
        private boolean failed;

        Target(Path path) throws IOException {
            this.path = path;
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("Not a regular file: " + path);
            }
            // For reading too: a FIFO that has come meanwhile then lets itself be opened at once, but not positioned.
            file = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            try {
                skipBytes = file.size();
                file.position(skipBytes);
            } catch (IOException e) {
                file.close();
                throw e;
            }
        }

        /** A full disk costs output, never the end of the task. */
        void append(ByteBuffer bytes) {
            int skipped = (int) Math.min(skipBytes, bytes.remaining());
            bytes.position(bytes.position() + skipped);
            skipBytes -= skipped;
            try {
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            } catch (IOException e) {
                if (!failed) {
                    LOG.warn("Output is lost file={}: {}", path, e.toString());
                }
                failed = true;
            }
        }

        void close() throws IOException {
            file.close();
        }
    }
}
