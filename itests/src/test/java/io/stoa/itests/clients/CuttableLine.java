package io.stoa.itests.clients;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands every connection to a server on, until it is cut. */
final class CuttableLine implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String host;
    private final int port;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();

    /** @param server {@code host:port} */
    CuttableLine(String server) throws IOException {
        int colon = server.lastIndexOf(':');
        host = server.substring(0, colon);
        port = Integer.parseInt(server.substring(colon + 1));
        background(this::connect);
    }

    /** {@code host:port} of this end. */
    String address() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    private void connect() throws IOException {
        while (true) {
            Socket client = door.accept();
            Socket server = new Socket(host, port);
            ends.add(client);
            ends.add(server);
            background(() -> client.getInputStream().transferTo(server.getOutputStream()), client, server);
            background(() -> server.getInputStream().transferTo(client.getOutputStream()), client, server);
        }
    }

    private static void background(Transfer transfer, Closeable... closed) {
        Thread thread = new Thread(() -> {
            try {
                transfer.run();
            } catch (IOException e) {
                // One of the ends has closed, as it may.
            } finally {
                close(closed);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Closeable... closed) {
        for (Closeable each : closed) {
            try {
                each.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** All connections there are; new ones are handed on. */
    void cut() {
        close(ends.toArray(Closeable[]::new));
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }

    private interface Transfer {

        void run() throws IOException;
    }
}
