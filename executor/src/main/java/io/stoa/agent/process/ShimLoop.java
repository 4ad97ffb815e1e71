package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Watches all shims with one thread: a connection that closes means that nothing of a command is left. The queue of new
 * connections is as long as launches are in progress at most.
 */
final class ShimLoop implements AutoCloseable {

    /** What the Java machine takes, which is one byte less than {@code sockaddr_un.sun_path} holds beside its NUL. */
    private static final int MAX_ADDRESS_BYTES = 106;

    /** Shims say little: how a command ended. */
    private static final int BUFFER_BYTES = 16;

    private final Selector selector;
    private final Queue<Connection> opened = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /** One that is waited for until it ends. */
    interface Connection {

        SocketChannel channel();

        /** Reads what there is; true where that was all there will ever be, and the channel is closed. */
        boolean hasEnded(ByteBuffer buffer);

        /** Called once, on the loop's thread; must not block. */
        void ended();
    }

    ShimLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, "shims");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Connects to a shim; does not block.
     *
     * @param ended called once, on this loop's thread, when the shim has ended; must not block
     * @throws IOException where no shim is there (any more)
     */
    ShimLink connect(ShimFiles files, Runnable ended) throws IOException {
        SocketChannel channel = open(files.control());
        try {
            channel.configureBlocking(false);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        ShimLink link = new ShimLink(channel, ended);
        watch(link);
        return link;
    }

    /**
     * Has a shim run a command beside its own; may block for a moment.
     *
     * @param result completed on this loop's thread; cancelling it kills the command
     * @throws IOException where no shim is there (any more)
     */
    void execute(ShimFiles files, byte[] launch, CompletableFuture<WaitStatus> result) throws IOException {
        SocketChannel channel = open(files.exec());
        ShimExec exec = new ShimExec(channel, result);
        try {
            exec.send(launch);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        watch(exec);
        result.whenComplete((status, failure) -> {
            exec.close();
            // A selector holds on to a closed socket until it looks at it.
            selector.wakeup();
        });
    }

    private void watch(Connection connection) {
        opened.add(connection);
        selector.wakeup();
    }

    /** Connects to a socket of a shim, for who may block. */
    static SocketChannel open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            connect(channel, socket.toAbsolutePath());
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** An address holds few characters; where a path is longer, a link to its directory stands in for the moment. */
    private static void connect(SocketChannel channel, Path control) throws IOException {
        if (control.toString().getBytes(UTF_8).length <= MAX_ADDRESS_BYTES) {
            channel.connect(UnixDomainSocketAddress.of(control));
            return;
        }
        Path directory = Files.createTempDirectory("stoa");
        Path link = directory.resolve("d");
        try {
            Files.createSymbolicLink(link, control.getParent());
            channel.connect(UnixDomainSocketAddress.of(link.resolve(control.getFileName())));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(directory);
        }
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (selector) {
            while (!closed) {
                selector.select(key -> read(key, buffer.clear()));
                for (Connection next = opened.poll(); next != null; next = opened.poll()) {
                    register(next);
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void register(Connection next) {
        try {
            next.channel().register(selector, SelectionKey.OP_READ, next);
        } catch (ClosedChannelException e) {
            next.ended();
        }
    }

    private static void read(SelectionKey key, ByteBuffer buffer) {
        Connection connection = (Connection) key.attachment();
        if (connection.hasEnded(buffer)) {
            key.cancel();
            connection.ended();
        }
    }

    /** Shims live on; nobody is told of their end any more. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
