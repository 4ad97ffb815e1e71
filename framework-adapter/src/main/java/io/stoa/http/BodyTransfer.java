package io.stoa.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A body of known length on its way from a source that may block: one piece of it is in memory. */
final class BodyTransfer {

    private static final Logger LOG = LoggerFactory.getLogger(BodyTransfer.class);
    private static final int PIECE_BYTES = 64 << 10;

    private final ChannelHandlerContext channel;
    private final InputStream source;
    private final Executor reader;
    private final Runnable sent;
    private long remainingBytes;

    /** @param sent run on the event loop when all is written; not when the client went away */
    BodyTransfer(ChannelHandlerContext channel, InputStream source, long length, Executor reader, Runnable sent) {
        this.channel = channel;
        this.source = source;
        this.remainingBytes = length;
        this.reader = reader;
        this.sent = sent;
    }

    /** On the event loop, as is everything here but the reading. */
    void start() {
        if (remainingBytes == 0) {
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(this::ended);
            return;
        }
        try {
            reader.execute(this::readPiece);
        } catch (RejectedExecutionException e) {
            cut("reader is closed");
        }
    }

    private void readPiece() {
        byte[] piece;
        try {
            piece = source.readNBytes((int) Math.min(PIECE_BYTES, remainingBytes));
        } catch (IOException e) {
            cut(e.toString());
            return;
        }
        if (piece.length == 0) {
            cut("source ended " + remainingBytes + " bytes early");
            return;
        }
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
                .addListener(written -> {
                    remainingBytes -= piece.length;
                    if (written.isSuccess()) {
                        start();
                    } else {
                        closeSource();
                    }
                });
    }

    private void ended(Future<? super Void> written) {
        closeSource();
        if (written.isSuccess()) {
            sent.run();
        }
    }

    private void cut(String cause) {
        LOG.warn("body cut remote={} cause={}", channel.channel().remoteAddress(), cause);
        channel.close();
        closeSource();
    }

    private void closeSource() {
        try {
            source.close();
        } catch (IOException e) {
            LOG.warn("source of a body not closed", e);
        }
    }
}
