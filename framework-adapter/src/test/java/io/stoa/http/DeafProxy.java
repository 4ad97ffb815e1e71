package io.stoa.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Passes on what a client and a server say, until it listens to the server no more. */
final class DeafProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 << 10;

    private final InetSocketAddress server;
    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean deaf;

    DeafProxy(InetSocketAddress server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    void turnDeaf() {
        deaf = true;
    }

    private void accept() throws IOException {
        while (closed.getCount() > 0) {
            Socket client = listener.accept();
            Socket outward = new Socket(server.getAddress(), server.getPort());
            sockets.addAll(List.of(client, outward));
            start(() -> pass(client.getInputStream(), outward.getOutputStream(), false));
            start(() -> pass(outward.getInputStream(), client.getOutputStream(), true));
        }
    }

    private void pass(InputStream from, OutputStream to, boolean fromServer) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            if (fromServer && deaf) {
                closed.await();
            }
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        // Whoever closes a connection ends what was read from it.
                    }
                },
                "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
