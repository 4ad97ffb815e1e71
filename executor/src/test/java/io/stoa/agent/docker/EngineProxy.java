package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.testing.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands between an agent and the engine, and can be an engine that is silent or gone. */
final class EngineProxy implements AutoCloseable {

    private final Path socket;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    /** That have been asked for a container and have not answered. */
    private final Set<SocketChannel> making = ConcurrentHashMap.newKeySet();

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger mostCallsAtOnce = new AtomicInteger();
    private final CountDownLatch outputEnds = new CountDownLatch(1);
    private final AtomicBoolean cutsOutput = new AtomicBoolean();
    private final AtomicInteger heldBack = new AtomicInteger();
    private final AtomicInteger forgotten = new AtomicInteger();
    private volatile boolean forgetsLackOfMemory;
    private volatile @Nullable Held held;
    private volatile boolean silent;
    private Server server;

    private record Server(ServerSocketChannel channel, CompletableFuture<Void> accepting) {}

    private record Held(String text, CountDownLatch released) {}

    EngineProxy(Path socket) throws IOException {
        this.socket = socket;
        server = listen();
    }

    Path socket() {
        return socket;
    }

    private Server listen() throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        return new Server(listening, CompletableFuture.runAsync(() -> accept(listening), EngineProxy::daemon));
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel agent = listening.accept();
                asked.incrementAndGet();
                open.add(agent);
                if (!silent) {
                    SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(DockerFixture.SOCKET));
                    open.add(engine);
                    daemon(() -> ask(agent, engine));
                    daemon(() -> answer(agent, engine));
                }
            }
        } catch (IOException e) {
            closeQuietly(listening);
        }
    }

    private void ask(SocketChannel agent, SocketChannel engine) {
        ByteBuffer first = ByteBuffer.allocate(16 * 1024);
        try {
            agent.read(first);
            String question = UTF_8.decode(first.flip()).toString();
            boolean call = !question.contains("/logs?");
            first.rewind();
            if (!call && cutsOutput.compareAndSet(true, false)) {
                outputEnds.await();
                agent.write(UTF_8.encode("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
                closeQuietly(agent);
                closeQuietly(engine);
                return;
            }
            if (call) {
                mostCallsAtOnce.accumulateAndGet(calls.incrementAndGet(), Math::max);
            }
            await(first);
            if (question.contains("/containers/create")) {
                // In this order: when it is not closed any more with all others, it is known to be making one.
                making.add(engine);
                open.remove(engine);
            }
            engine.write(first);
            copy(agent, engine);
            if (call) {
                calls.decrementAndGet();
            }
        } catch (IOException e) {
            making.remove(engine);
            closeQuietly(agent);
            closeQuietly(engine);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(ByteBuffer request) throws InterruptedException {
        Optional<Held> found = Optional.ofNullable(held)
                .filter(which -> UTF_8.decode(request.duplicate()).toString().contains(which.text()));
        if (found.isPresent()) {
            heldBack.incrementAndGet();
            found.get().released().await();
        }
    }

    private void answer(SocketChannel agent, SocketChannel engine) {
        copy(engine, agent, this::forget);
        if (making.contains(engine)) {
            try (InputStream unheard = Channels.newInputStream(engine)) {
                unheard.readAllBytes();
            } catch (IOException e) {
                // It has ended, too.
            }
            making.remove(engine);
        }
    }

    private void copy(SocketChannel from, SocketChannel to) {
        copy(from, to, unchanged -> {});
    }

    private void copy(SocketChannel from, SocketChannel to, Consumer<ByteBuffer> change) {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                change.accept(buffer);
                while (!silent && buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            end(from);
        }
        end(to);
    }

    /** An engine that makes a container goes on with it, whoever hears of it. */
    private void end(SocketChannel channel) {
        try {
            if (making.contains(channel)) {
                channel.shutdownOutput();
                return;
            }
        } catch (IOException e) {
            // It has ended.
        }
        closeQuietly(channel);
    }

    /**
     * Nothing comes of the next output that is followed, and it is said to be whole when {@link #endOutput} says so.
     */
    void cutOutput() {
        cutsOutput.set(true);
    }

    void endOutput() {
        outputEnds.countDown();
    }

    /** The begin of an answer, where the state of a container is, has the same length without. */
    private void forget(ByteBuffer answer) {
        String told = "\"OOMKilled\":true";
        int at = forgetsLackOfMemory
                ? ISO_8859_1.decode(answer.duplicate()).toString().indexOf(told)
                : -1;
        if (at >= 0) {
            answer.put(answer.position() + at, "\"OOMKilled\":null".getBytes(ISO_8859_1));
            forgotten.incrementAndGet();
        }
    }

    /** No container's state says from now on that it was short of memory; events do, as the engine tells them. */
    void forgetLackOfMemory() {
        forgetsLackOfMemory = true;
    }

    /** How often a state would have said so. */
    int forgotten() {
        return forgotten.get();
    }

    /** Questions with this text wait until the next call, or an empty text. */
    void hold(String text) {
        Held before = held;
        held = text.isEmpty() ? null : new Held(text, new CountDownLatch(1));
        heldBack.set(0);
        if (before != null) {
            before.released().countDown();
        }
    }

    /** How many wait. */
    int heldBack() {
        return heldBack.get();
    }

    /** Takes connections and says nothing any more, to nobody. */
    void fallSilent() {
        silent = true;
    }

    /** Closes all connections and takes no more. */
    void goAway() throws IOException {
        server.channel().close();
        // So that whatever came until now is counted, and closed with the others.
        Patience.join(server.accepting());
        Files.deleteIfExists(socket);
        dropAll();
    }

    private void dropAll() {
        open.forEach(this::closeQuietly);
        open.clear();
    }

    /** Is there again, without what was connected before. */
    void comeBack() throws IOException {
        goAway();
        silent = false;
        server = listen();
    }

    /** How many connections there have been. */
    int asked() {
        return asked.get();
    }

    /** How many containers the engine is making, also for whom it does not answer any more. */
    int making() {
        return making.size();
    }

    /** How many questions there were at the same time at most, without those that follow an output. */
    int mostCallsAtOnce() {
        return mostCallsAtOnce.get();
    }

    private void closeQuietly(Channel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        goAway();
    }
}
