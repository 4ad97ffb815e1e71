package io.stoa.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.stoa.proto.recordio.RecordIo;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream on its channel. Records are gathered from any thread and written by the event loop, as many with one flush
 * as the channel takes.
 */
final class ChunkStream implements HttpStream {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkStream.class);
    private static final byte[] END = {};
    /** Where more than this part of what may wait is waiting, who has a lot to say should wait, too. */
    private static final int PLENTY = 64;

    private final ChannelHandlerContext channel;
    private final long maxPendingBytes;
    private final Runnable ended;
    private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean over;
    private final AtomicLong heldBytes = new AtomicLong();
    /** Of the event loop. */
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(int heldBytes, Runnable action) {}

    /** @param ended run on the event loop when the last chunk has been written */
    ChunkStream(ChannelHandlerContext channel, long maxPendingBytes, Runnable ended) {
        this.channel = channel;
        this.maxPendingBytes = maxPendingBytes;
        this.ended = ended;
    }

    @Override
    public void sendRecord(byte[] record) {
        if (over) {
            return;
        }
        pendingBytes.addAndGet(record.length);
        if (!isCut()) {
            enqueue(record);
        }
    }

    @Override
    public void whenCaughtUp(int held, Runnable action) {
        if (over) {
            return;
        }
        heldBytes.addAndGet(held);
        if (!isCut()) {
            waiting.add(new Waiting(held, action));
            letWaitingGoOn();
        }
    }

    private void letWaitingGoOn() {
        while (!over && !waiting.isEmpty() && pendingBytes.get() <= maxPendingBytes / PLENTY) {
            Waiting next = waiting.remove();
            heldBytes.addAndGet(-next.heldBytes());
            channel.executor().execute(next.action());
        }
    }

    private boolean isCut() {
        long unread = pendingBytes.get() + heldBytes.get();
        if (unread <= maxPendingBytes) {
            return false;
        }
        over = true;
        LOG.warn(
                "stream cut: its reader is too slow remote={} pendingBytes={} (expected: <= {})",
                channel.channel().remoteAddress(),
                unread,
                maxPendingBytes);
        channel.close();
        return true;
    }

    @Override
    public void end() {
        if (!over) {
            enqueue(END);
        }
    }

    @Override
    public void cut() {
        if (!over) {
            over = true;
            LOG.warn(
                    "stream cut: its reader stands still remote={} pendingBytes={}",
                    channel.channel().remoteAddress(),
                    pendingBytes.get());
            channel.close();
        }
    }

    /** The channel is gone: nothing is kept for it. */
    void abandon() {
        over = true;
        queue.clear();
        waiting.clear();
    }

    private void enqueue(byte[] item) {
        queue.add(item);
        if (draining.compareAndSet(false, true)) {
            try {
                channel.executor().execute(() -> {
                    draining.set(false);
                    drain();
                });
            } catch (RejectedExecutionException e) {
                abandon(); // The server was closed, and its connections with it.
            }
        }
    }

    /** On the event loop: writes as long as the client takes it. What it does not take yet is not copied. */
    void drain() {
        while (!over && channel.channel().isWritable()) {
            byte[] item = queue.poll();
            if (item == null) {
                break;
            }
            if (item == END) {
                over = true;
                channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(written -> {
                    if (written.isSuccess()) {
                        ended.run();
                    }
                });
                return;
            }
            write(item);
        }
        channel.flush();
    }

    private void write(byte[] record) {
        byte[] header = RecordIo.header(record.length);
        ByteBuf chunk = channel.alloc().buffer(header.length + record.length);
        chunk.writeBytes(header).writeBytes(record);
        channel.write(new DefaultHttpContent(chunk)).addListener(done -> {
            pendingBytes.addAndGet(-record.length);
            letWaitingGoOn();
        });
    }
}
