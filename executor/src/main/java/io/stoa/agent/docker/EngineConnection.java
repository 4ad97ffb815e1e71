package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.stoa.time.Time;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. HTTP/1.0: the answer comes without chunks and ends with the connection. A step that takes
 * too long, or {@link #close} by another thread, ends the connection and with it whoever waits for it.
 */
final class EngineConnection implements Response {

    private static final Logger LOG = LoggerFactory.getLogger(EngineConnection.class);

    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    private final InputStream in = new BufferedInputStream(new Body());
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Time time;
    private final long silenceMs;
    private final Consumer<EngineConnection> closed;
    private volatile boolean silent;
    private int statusCode;

    EngineConnection(Time time, long silenceMs, Consumer<EngineConnection> closed) throws IOException {
        this.time = time;
        this.silenceMs = silenceMs;
        this.closed = closed;
    }

    /** Sends the request and reads the head of its answer. */
    void ask(UnixDomainSocketAddress address, Request request) throws IOException {
        guarded(() -> channel.connect(address));
        StringBuilder head = new StringBuilder()
                .append(request.method())
                .append(' ')
                .append(request.path())
                .append(" HTTP/1.0\r\nHost: docker\r\n");
        request.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        byte[] body = request.bodyBytes() == null ? new byte[0] : request.bodyBytes();
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        write(ByteBuffer.wrap(head.toString().getBytes(ISO_8859_1)));
        write(ByteBuffer.wrap(body));
        readHead();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            guarded(() -> channel.write(bytes));
        }
    }

    private void readHead() throws IOException {
        String[] status = readLine(MAX_HEAD_BYTES).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/") || !status[1].matches("\\d{3}")) {
            throw new ProtocolException("Not HTTP: " + String.join(" ", status));
        }
        statusCode = Integer.parseInt(status[1]);
        int left = MAX_HEAD_BYTES;
        for (String line = readLine(left); !line.isEmpty(); line = readLine(left)) {
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
        }
    }

    private String readLine(int limit) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The connection ended before the answer");
            }
            if (line.length() == limit) {
                throw new ProtocolException("Head of an answer: longer than " + MAX_HEAD_BYTES + " bytes");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private interface Step<T> {

        T run() throws IOException;
    }

    private <T> T guarded(Step<T> step) throws IOException {
        Time.Timer guard = time.after(silenceMs, Runnable::run, this::giveUp);
        try {
            return step.run();
        } catch (IOException e) {
            if (silent) {
                throw new SocketTimeoutException("Nothing was heard for " + silenceMs + " ms");
            }
            throw e;
        } finally {
            guard.cancel();
        }
    }

    private void giveUp() {
        silent = true;
        close();
    }

    @Override
    public int getStatusCode() {
        return statusCode;
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return headers;
    }

    @Override
    public InputStream getBody() {
        return in;
    }

    @Override
    public void close() {
        closed.accept(this);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("Not closed properly", e);
        }
    }

    private final class Body extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return guarded(() -> channel.read(ByteBuffer.wrap(bytes, offset, length)));
        }

        @Override
        public void close() {
            EngineConnection.this.close();
        }
    }
}
