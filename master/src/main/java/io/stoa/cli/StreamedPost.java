package io.stoa.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * A request whose body is sent piece by piece, on a connection of its own. Its answer is seen whenever it comes; the
 * JDK's client looks for none before the body's end.
 */
final class StreamedPost implements AutoCloseable {

    private static final String LENGTH = "content-length:";
    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final int MAX_TEXT_BYTES = 4 << 10;

    private final Socket socket;

    /** @param text the first of the body */
    record Answer(int status, String text) {}

    private StreamedPost(Socket socket) {
        this.socket = socket;
    }

    /** Connects, and sends all that comes before the body. */
    static StreamedPost begin(URI uri, Map<String, String> headers, Duration connectTimeout) throws IOException {
        Socket socket = new Socket();
        try {
            int port = uri.getPort() < 0 ? 80 : uri.getPort();
            socket.connect(new InetSocketAddress(uri.getHost(), port), (int) connectTimeout.toMillis());
            socket.setTcpNoDelay(true);
            StringBuilder head = new StringBuilder("POST " + uri.getRawPath() + " HTTP/1.1\r\n"
                    + "Host: " + uri.getRawAuthority() + "\r\n"
                    + "Connection: close\r\nTransfer-Encoding: chunked\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(ISO_8859_1));
            return new StreamedPost(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Blocks while the other side reads nothing. */
    synchronized void send(byte[] piece) throws IOException {
        byte[] size = (Integer.toHexString(piece.length) + "\r\n").getBytes(ISO_8859_1);
        byte[] chunk = new byte[size.length + piece.length + 2];
        System.arraycopy(size, 0, chunk, 0, size.length);
        System.arraycopy(piece, 0, chunk, size.length, piece.length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        socket.getOutputStream().write(chunk);
    }

    /** Waits for the answer as long as it takes; by one thread, once. */
    Answer answer() throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        String status = line(in);
        if (!status.matches("HTTP/1\\.\\d \\d{3}( .*)?")) {
            throw new ProtocolException("not HTTP: " + status);
        }
        int length = MAX_TEXT_BYTES;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.matches(LENGTH + "\\s*\\d{1,9}")) {
                length = Math.min(
                        length,
                        Integer.parseInt(lower.substring(LENGTH.length()).strip()));
            }
        }
        return new Answer(Integer.parseInt(status.split(" ", 3)[1]), new String(in.readNBytes(length), UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() == MAX_LINE_BYTES) {
                throw new EOFException("the connection ended without an answer");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
