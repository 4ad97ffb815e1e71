package io.stoa.state.journal.zookeeper;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A way to a ZooKeeper that can stand still, cut its connections, or swallow the answers before it cuts them. */
final class StallingProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private boolean stalled;
    private volatile boolean swallowing;
    private volatile int target;

    StallingProxy(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    String connectString() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** New connections go to another ZooKeeper. */
    void leadTo(int port) {
        target = port;
    }

    void stall() {
        set(true);
    }

    void flow() {
        set(false);
    }

    private void set(boolean stands) {
        lock.lock();
        try {
            stalled = stands;
            flows.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** From now on requests arrive, but no answer comes back. */
    void swallowAnswers() {
        swallowing = true;
    }

    /** Cuts all connections; new ones work again. */
    void cut() {
        swallowing = false;
        sockets.forEach(StallingProxy::close);
        sockets.clear();
    }

    private void accept() {
        try {
            while (true) {
                connect(listening.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(client);
            sockets.add(server);
            start(() -> pump(client, server, false));
            start(() -> pump(server, client, true));
        } catch (IOException e) {
            // Nobody is there.
            close(client);
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = from.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitFlow();
                if (!(answers && swallowing)) {
                    to.getOutputStream().write(buffer, 0, read);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The connection ends with this.
        } finally {
            close(from);
            close(to);
        }
    }

    private void awaitFlow() throws InterruptedException {
        lock.lock();
        try {
            while (stalled) {
                flows.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void start(Runnable body) {
        Thread thread = new Thread(body, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }

    @Override
    public void close() throws IOException {
        flow();
        listening.close();
        cut();
    }
}
