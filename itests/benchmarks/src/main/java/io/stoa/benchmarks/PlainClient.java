package io.stoa.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a server on this machine again and again for the same, over one connection, and keeps nothing of the answers:
 * what a client does with them is no part of the server's time.
 */
final class PlainClient implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final String OK = "HTTP/1.1 200 ";
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

    private final Socket socket;
    private final byte[] request;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** @param beginMicros until the answer began to arrive */
    record Answer(long bytes, long beginMicros, long micros) {}

    private PlainClient(int port, String request) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.request = request.getBytes(ISO_8859_1);
    }

    static PlainClient get(int port, String path) throws IOException {
        return new PlainClient(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    /** @param body JSON; the answer is wanted in the type that is accepted */
    static PlainClient post(int port, String path, String body, String accept) throws IOException {
        return new PlainClient(
                port,
                "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: " + accept
                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** @throws IOException for anything but status 200 and a whole body */
    Answer ask() throws IOException {
        long fromNanos = System.nanoTime();
        socket.getOutputStream().write(request);
        InputStream in = socket.getInputStream();
        int had = read(in, 0);
        long beginNanos = System.nanoTime();
        int end;
        while ((end = endOfHead(had)) < 0) {
            had += read(in, had);
        }
        String head = new String(buffer, 0, end, ISO_8859_1);
        Matcher length = LENGTH.matcher(head);
        if (!head.startsWith(OK) || !length.find()) {
            throw new IOException(head);
        }
        long bytes = Long.parseLong(length.group(1));
        for (long left = bytes - (had - end); left > 0; ) {
            left -= read(in, 0);
        }
        return new Answer(bytes, micros(beginNanos - fromNanos), micros(System.nanoTime() - fromNanos));
    }

    private int read(InputStream in, int offset) throws IOException {
        int count = in.read(buffer, offset, buffer.length - offset);
        if (count < 0) {
            throw new EOFException("connection closed within an answer");
        }
        return count;
    }

    private int endOfHead(int had) {
        int end = new String(buffer, 0, Math.min(had, 4096), ISO_8859_1).indexOf("\r\n\r\n");
        return end < 0 ? -1 : end + 4;
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
