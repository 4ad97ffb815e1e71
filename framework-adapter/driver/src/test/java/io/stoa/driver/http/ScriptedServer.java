package io.stoa.driver.http;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of which a test says byte by byte what it answers, and when. Waits at most thirty seconds for anything. */
public final class ScriptedServer implements Closeable {

    private static final int WAIT_MS = 30_000;

    private final ServerSocket server;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    public ScriptedServer() throws IOException {
        this(0);
    }

    /** At a port that another one has left. */
    public ScriptedServer(int port) throws IOException {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.setSoTimeout(WAIT_MS);
    }

    public int port() {
        return server.getLocalPort();
    }

    public Endpoint endpoint(String path) {
        return new Endpoint("127.0.0.1", port(), path);
    }

    /** The next connection that a client opens. */
    public Connection accept() throws IOException {
        Connection connection = new Connection(server.accept());
        connections.add(connection);
        return connection;
    }

    /** Takes the next connection's SUBSCRIBE and answers it with a stream. */
    public Connection subscribed(String streamId) throws IOException {
        Connection connection = accept();
        connection.request();
        connection.beginStream(streamId);
        return connection;
    }

    /** Takes no further connection, and ends those there are. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Connection connection : connections) {
            connection.close();
        }
    }

    /** A request as it came. */
    public static final class Request {

        private final String line;
        private final Map<String, String> headers;
        private final byte[] body;

        Request(String line, Map<String, String> headers, byte[] body) {
            this.line = line;
            this.headers = headers;
            this.body = body;
        }

        public String line() {
            return line;
        }

        /** Names in lower case. */
        public Map<String, String> headers() {
            return headers;
        }

        /** Empty where it is absent. */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        public byte[] body() {
            return body;
        }
    }

    /** One connection of a client. */
    public static final class Connection implements Closeable {

        private final Socket socket;
        private final InputStream input;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(WAIT_MS);
            input = socket.getInputStream();
        }

        /** The next request. */
        public Request request() throws IOException {
            String line = line();
            Map<String, String> headers = new TreeMap<>();
            for (String header = line(); !header.isEmpty(); header = line()) {
                String[] parts = header.split(": ", 2);
                headers.put(parts[0].toLowerCase(Locale.ROOT), parts.length > 1 ? parts[1] : "");
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            byte[] body = input.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("the request ends after " + body.length + " of " + length + " bytes");
            }
            return new Request(line, headers, body);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = input.read(); next != '\n'; next = input.read()) {
                if (next < 0) {
                    throw new EOFException("the client has closed its connection");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }

        /** So many bytes, of whatever comes. */
        void take(int count) throws IOException {
            input.skipNBytes(count);
        }

        public void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** A whole answer with a body of text. */
        public void answer(int status, String text) throws IOException {
            write("HTTP/1.1 " + status + " Status\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
        }

        /** The head of the answer to SUBSCRIBE; no stream id where it is empty. */
        public void beginStream(String streamId) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nTransfer-Encoding: chunked\r\n"
                    + (streamId.isEmpty() ? "" : "Mesos-Stream-Id: " + streamId + "\r\n") + "\r\n");
        }

        /** One event: a record in a chunk. */
        public void event(byte[] record) throws IOException {
            String length = record.length + "\n";
            write(Integer.toHexString(length.length() + record.length) + "\r\n" + length);
            write(record);
            write("\r\n");
        }

        public void endStream() throws IOException {
            write("0\r\n\r\n");
        }

        /** Waits until the client has closed the connection. */
        public void awaitClose() throws IOException {
            int next;
            do {
                next = input.read();
            } while (next >= 0);
        }

        /** As {@link #awaitClose}, of a client that closes it when somebody's garbage is collected. */
        public void awaitCloseByCollection() throws IOException {
            socket.setSoTimeout(100);
            for (int i = 0; i < 200; i++) {
                try {
                    awaitClose();
                    return;
                } catch (SocketTimeoutException e) {
                    System.gc();
                }
            }
            throw new SocketTimeoutException("the client has not closed its connection");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
