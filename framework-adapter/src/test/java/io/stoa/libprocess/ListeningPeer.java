package io.stoa.libprocess;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A peer whose every step a test takes itself. Reads time out, so that a test that waits in vain fails. */
final class ListeningPeer implements AutoCloseable {

    private static final int TIMEOUT_MS = 20_000;

    private final ServerSocket listener = new ServerSocket();

    ListeningPeer() throws IOException {
        this(0);
    }

    /** @param receiveBytes how much the kernel may take for it before it reads; 0: as usual */
    ListeningPeer(int receiveBytes) throws IOException {
        if (receiveBytes > 0) {
            listener.setReceiveBufferSize(receiveBytes);
        }
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.setSoTimeout(TIMEOUT_MS);
    }

    Upid pid(String id) {
        return new Upid(id, "127.0.0.1", listener.getLocalPort());
    }

    Connection accept() throws IOException {
        return new Connection(listener.accept());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** One that was accepted. */
    static final class Connection implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(TIMEOUT_MS);
            in = new BufferedInputStream(socket.getInputStream());
        }

        /** A request as it came, with \n for every end of a line. */
        String request() throws IOException {
            StringBuilder head = new StringBuilder();
            for (String line = line(); !line.isEmpty(); line = line()) {
                head.append(line).append('\n');
            }
            head.append('\n');
            if (head.indexOf("Transfer-Encoding: chunked") >= 0) {
                for (int size = chunk(head); size > 0; size = chunk(head)) {
                    head.append(new String(in.readNBytes(size), ISO_8859_1))
                            .append(line())
                            .append('\n');
                }
                line();
            }
            return head.toString();
        }

        private int chunk(StringBuilder text) throws IOException {
            String size = line();
            text.append(size).append('\n');
            return Integer.parseInt(size, 16);
        }

        /** The name of the message that comes next. */
        String message() throws IOException {
            String line = request().split("\n", 2)[0];
            return line.substring(line.indexOf('/', "POST /".length()) + 1, line.lastIndexOf(' '));
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("closed after: " + line);
                }
                line.append((char) c);
            }
            return line.substring(0, line.length() - 1);
        }

        /** All that still comes, until the other side ends its output. */
        byte[] untilEnd() throws IOException {
            return in.readAllBytes();
        }

        void answer(String text) throws IOException {
            socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
        }

        boolean isOpenFor(int ms) throws IOException {
            socket.setSoTimeout(ms);
            try {
                return in.read() >= 0;
            } catch (java.net.SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout(TIMEOUT_MS);
            }
        }

        /** Ends it with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
