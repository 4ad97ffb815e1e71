package io.stoa.master.election;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A way to ZooKeeper on which the answer to the first request that holds a text is lost, with its connection. */
final class LosingProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;

    private final int port;
    private final String text;
    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicBoolean lost = new AtomicBoolean();

    /** @param zooKeeper {@code host:port} on this machine */
    LosingProxy(String zooKeeper, String text) throws IOException {
        port = Integer.parseInt(zooKeeper.substring(zooKeeper.lastIndexOf(':') + 1));
        this.text = text;
        start(this::accept);
    }

    ZooKeeperUrl url(String path) {
        return ZooKeeperUrl.parse("zk://127.0.0.1:" + listener.getLocalPort() + path);
    }

    boolean hasLost() {
        return lost.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.addAll(List.of(client, server));
            AtomicBoolean loses = new AtomicBoolean();
            start(() -> pass(client, server, loses, true));
            start(() -> pass(server, client, loses, false));
        }
    }

    private void pass(Socket from, Socket to, AtomicBoolean loses, boolean isRequest) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!isRequest && loses.get()) {
                    return; // It has been done, but nobody is told.
                }
                if (isRequest
                        && new String(buffer, 0, count, ISO_8859_1).contains(text)
                        && lost.compareAndSet(false, true)) {
                    loses.set(true);
                }
                out.write(buffer, 0, count);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Whoever closes a connection ends what was read from it.
                    }
                },
                "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
