package io.stoa.agent.docker;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what containers print into their sandboxes, on one thread for all of them. The engine's client would take a
 * thread for each.
 */
final class OutputLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutputLoop.class);

    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path socket;
    private final Selector selector;
    private final Queue<Connection> arrivals = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Thread thread = new Thread(this::run, "docker-output");

    /** Learns, on the loop's thread, that a connection has ended: with all that there will ever be, or before. */
    interface Follower {

        void ended(boolean complete);
    }

    /** Takes what the engine answers. */
    interface Sink extends AutoCloseable {

        void take(ByteBuffer in);

        /** True where there is no more to be had. */
        boolean isComplete();

        @Override
        void close() throws IOException;
    }

    private record Connection(SocketChannel channel, Sink output, Follower follower) {}

    OutputLoop(Path socket) throws IOException {
        this.socket = socket;
        selector = Selector.open();
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Follows a container's output until there will be no more of it; what is in the files already is not written
     * again.
     *
     * @param terminal whether the container has one
     * @param follower is told once; on the caller's thread where the engine takes no connection
     * @throws IOException where the files cannot be written
     */
    void follow(String container, Path sandbox, boolean terminal, Follower follower) throws IOException {
        OutputStreams output = new OutputStreams(sandbox, terminal);
        String request = "GET /containers/" + container + "/logs?follow=1&stdout=1&stderr=1 HTTP/1.1\r\n"
                + "Host: docker\r\nConnection: close\r\n\r\n";
        try {
            ask(request, output, follower);
        } catch (IOException e) {
            LOG.debug("The engine takes no connection", e);
            output.close();
            follower.ended(false);
        }
    }

    /**
     * Asks the engine for something that takes its time; does not block.
     *
     * @param request in ASCII, short
     * @return the connection: closing it ends it, and then nobody is told
     * @throws IOException where the engine takes no connection
     */
    Closeable ask(String request, Sink sink, Follower follower) throws IOException {
        SocketChannel channel = send(request);
        arrivals.add(new Connection(channel, sink, follower));
        selector.wakeup();
        return channel;
    }

    private SocketChannel send(String request) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                throw new IOException("The Docker engine takes no more connections");
            }
            // An empty socket takes as little as this at once.
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void run() {
        try {
            while (true) {
                selector.select(this::read);
                for (Connection next = arrivals.poll(); next != null; next = arrivals.poll()) {
                    register(next);
                }
            }
        } catch (ClosedSelectorException e) {
            LOG.debug("Closed");
        } catch (IOException e) {
            LOG.error("No output is followed any more", e);
        }
    }

    private void register(Connection next) {
        try {
            next.channel().register(selector, SelectionKey.OP_READ, next);
        } catch (ClosedChannelException e) {
            LOG.debug("Closed before it was read", e);
        }
    }

    private void read(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        int read;
        try {
            read = connection.channel().read(buffer.clear());
        } catch (IOException e) {
            LOG.debug("The engine ended the connection", e);
            read = -1;
        }
        if (read < 0) {
            close(connection);
            connection.follower().ended(connection.output().isComplete());
        } else {
            connection.output().take(buffer.flip());
        }
    }

    private static void close(Connection connection) {
        try (SocketChannel channel = connection.channel();
                Sink output = connection.output()) {
            LOG.debug("No more output {} {}", channel, output);
        } catch (IOException e) {
            LOG.warn("Output not closed properly", e);
        }
    }

    /** Tells nobody of an end: the containers run on. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            close((Connection) key.attachment());
        }
        selector.close();
    }
}
