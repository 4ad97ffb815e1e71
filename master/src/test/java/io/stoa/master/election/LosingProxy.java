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
            Way way = new Way();
            start(() -> way.pass(client, server, true));
            start(() -> way.pass(server, client, false));
        }
    }

    /** One connection. */
    private final class Way {

        private boolean loses;

        private void pass(Socket from, Socket to, boolean isRequest) throws IOException {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (isRequest) {
                        ask(buffer, count, out);
                    } else if (!answer(buffer, count, out)) {
                        return; // It has been done, but nobody is told.
                    }
                }
            }
        }

        /** Once the connection is to break the request is on its way. */
        private synchronized void ask(byte[] buffer, int count, OutputStream out) throws IOException {
            out.write(buffer, 0, count);
            loses |= new String(buffer, 0, count, ISO_8859_1).contains(text) && lost.compareAndSet(false, true);
        }

        private synchronized boolean answer(byte[] buffer, int count, OutputStream out) throws IOException {
            if (!loses) {
                out.write(buffer, 0, count);
            }
            return !loses;
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
