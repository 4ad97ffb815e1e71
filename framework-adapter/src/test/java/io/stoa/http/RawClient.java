package io.stoa.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client that sends text and shows text, so that nothing is hidden by a library. */
public final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    public RawClient(InetSocketAddress server) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** @param text with \n for a line's end, which is sent as \r\n */
    public RawClient send(String text) throws IOException {
        return sendBytes(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
    }

    public RawClient sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Head and body of the next answer, the lines ended by \n, the value of Date replaced by "now". */
    public String answer() throws IOException {
        String head = head();
        return head + bytes(length(head));
    }

    public String head() throws IOException {
        StringBuilder head = new StringBuilder();
        String line = line();
        while (!line.isEmpty()) {
            head.append(line.startsWith("Date: ") ? "Date: now" : line).append('\n');
            line = line();
        }
        return head.append('\n').toString();
    }

    /** The next chunk of a stream; empty: its end. */
    String chunk() throws IOException {
        String chunk = bytes(Integer.parseInt(line(), 16));
        line();
        return chunk;
    }

    /** @return what came before the server closed the connection */
    public String untilClosed() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    String bytes(int count) throws IOException {
        return new String(in.readNBytes(count), ISO_8859_1);
    }

    private static int length(String head) {
        for (String line : head.split("\n", -1)) {
            if (line.startsWith("Content-Length: ")) {
                return Integer.parseInt(line.substring("Content-Length: ".length()));
            }
        }
        return 0;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("closed in the middle of: " + line);
            }
            line.append((char) c);
        }
        return line.substring(0, line.length() - 1);
    }

    /** Ends the connection with a reset, as who is killed or has no time for an end in good order. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
