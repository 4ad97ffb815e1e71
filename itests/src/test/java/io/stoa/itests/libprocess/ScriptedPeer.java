package io.stoa.itests.libprocess;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.MessageLite;
import io.stoa.testing.Patience;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A process with libprocess, as a test speaks for it: what it says goes out over one connection, what it is told comes
 * over those that others open to its port. It answers 202 to everything.
 */
final class ScriptedPeer implements AutoCloseable {

    private static final int TIMEOUT_S = 20;

    private final InetSocketAddress master;
    private final ServerSocket listener;
    private final List<Socket> sockets = new ArrayList<>();
    private final BlockingQueue<CapturedMessage> told = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private @Nullable Socket toMaster;

    ScriptedPeer(InetSocketAddress master) throws IOException {
        this.master = master;
        listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "scripted-peer");
        accepting.setDaemon(true);
        accepting.start();
    }

    /** {@code 127.0.0.1:7070}. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Sends a message, as it stands. */
    void say(List<String> head, byte[] body) throws IOException {
        Socket socket = toMaster();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((String.join("\r\n", head) + "\r\n\r\n").getBytes(ISO_8859_1));
        if (head.contains("Transfer-Encoding: chunked")) {
            bytes.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(ISO_8859_1));
            bytes.writeBytes(body);
            bytes.writeBytes("\r\n0\r\n\r\n".getBytes(ISO_8859_1));
        }
        socket.getOutputStream().write(bytes.toByteArray());
        expectAccepted(socket.getInputStream());
    }

    /** Sends a message of one of its processes. */
    void say(String from, String to, String name, MessageLite body) throws IOException {
        say(
                List.of(
                        "POST /" + to + "/" + name + " HTTP/1.1",
                        "User-Agent: libprocess/" + from + "@" + address(),
                        "Libprocess-From: " + from + "@" + address(),
                        "Connection: Keep-Alive",
                        "Host: ",
                        "Transfer-Encoding: chunked"),
                body.toByteArray());
    }

    private synchronized Socket toMaster() throws IOException {
        if (toMaster == null) {
            toMaster = new Socket(master.getAddress(), master.getPort());
            toMaster.setSoTimeout((int) TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        }
        return toMaster;
    }

    private static void expectAccepted(InputStream in) throws IOException {
        List<String> head = head(in);
        if (!head.get(0).equals("HTTP/1.1 202 Accepted") || !head.contains("Content-Length: 0")) {
            throw new IOException(head + " (expected: 202 without a body)");
        }
    }

    /** The next message that it is told. */
    CapturedMessage isTold() throws InterruptedException, IOException {
        CapturedMessage message = Patience.next(told);
        if (message == null) {
            throw new IOException("nothing was said (expected: a message)");
        }
        return message;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                synchronized (this) {
                    sockets.add(socket);
                }
                open.incrementAndGet();
                Thread reading = new Thread(() -> read(socket), "scripted-peer-reader");
                reading.setDaemon(true);
                reading.start();
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private void read(Socket socket) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                List<String> head = head(in);
                told.add(new CapturedMessage("master", "driver", head, body(in, head)));
                socket.getOutputStream()
                        .write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
            }
        } catch (IOException e) {
            open.decrementAndGet(); // One of both has closed it.
        }
    }

    /** Whether nobody has a connection to its port any more. */
    boolean isLeft() {
        return open.get() == 0;
    }

    private static byte[] body(InputStream in, List<String> head) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (head.contains("Transfer-Encoding: chunked")) {
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                body.write(in.readNBytes(size));
                line(in);
            }
            line(in);
        }
        return body.toByteArray();
    }

    private static List<String> head(InputStream in) throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            head.add(line);
        }
        return head;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("closed after: " + line);
            }
            line.append((char) c);
        }
        return line.substring(0, line.length() - 1);
    }

    /** All its connections break. */
    @Override
    public synchronized void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        if (toMaster != null) {
            toMaster.close();
        }
    }
}
