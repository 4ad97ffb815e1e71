package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Watches all shims with one thread: a connection that closes means that nothing of a command is left. The queue of new
 * connections is as long as launches are in progress at most.
 */
final class ShimLoop implements AutoCloseable {

    /** Length of {@code sockaddr_un.sun_path} without its NUL. */
    private static final int MAX_ADDRESS_BYTES = 107;

    private final Selector selector;
    private final Queue<ShimLink> opened = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

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
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            connect(channel, files.control().toAbsolutePath());
            channel.configureBlocking(false);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        ShimLink link = new ShimLink(channel, ended);
        opened.add(link);
        selector.wakeup();
        return link;
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
        ByteBuffer nothing = ByteBuffer.allocate(1);
        try (selector) {
            while (!closed) {
                selector.select(key -> read(key, nothing.clear()));
                for (ShimLink link = opened.poll(); link != null; link = opened.poll()) {
                    link.channel().register(selector, SelectionKey.OP_READ, link);
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(SelectionKey key, ByteBuffer nothing) {
        ShimLink link = (ShimLink) key.attachment();
        if (link.hasEnded(nothing)) {
            key.cancel();
            link.ended().run();
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
