package io.stoa.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A large body, put together of pieces. What many bodies have in common is shared between them and not copied, so that
 * a body costs little more than a reference to each of its pieces for as long as its client takes to read it. Made by
 * one thread; not changed once it is sent.
 */
public final class PiecedBody extends OutputStream {

    private static final int BLOCK_BYTES = 8 << 10;

    @SuppressWarnings("ArrayRecordComponent") // A piece is handed on, never compared.
    private record Piece(byte[] bytes, int from, int length) {}

    private final List<Piece> pieces = new ArrayList<>();
    private byte[] block = new byte[BLOCK_BYTES];
    /** What of the block is in no piece yet. */
    private int begin;

    private int end;
    private long length;

    /** Appends what is never changed again, from an index on. */
    public void share(byte[] piece, int from) {
        cut();
        pieces.add(new Piece(piece, from, piece.length - from));
        length += piece.length - from;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Appends a copy. */
    @Override
    public void write(byte[] bytes, int offset, int count) {
        for (int done = 0; done < count; ) {
            if (end == block.length) {
                cut();
                block = new byte[BLOCK_BYTES];
                begin = 0;
                end = 0;
            }
            int step = Math.min(count - done, block.length - end);
            System.arraycopy(bytes, offset + done, block, end, step);
            end += step;
            done += step;
        }
        length += count;
    }

    private void cut() {
        if (end > begin) {
            pieces.add(new Piece(block, begin, end - begin));
            begin = end;
        }
    }

    /** In bytes. */
    public long length() {
        return length;
    }

    /** All of it, from its beginning. */
    public InputStream stream() {
        cut();
        return new Reader(pieces.iterator(), length);
    }

    void writeTo(OutputStream out) throws IOException {
        cut();
        for (Piece piece : pieces) {
            out.write(piece.bytes, piece.from, piece.length);
        }
    }

    /** The same between two texts. */
    PiecedBody between(byte[] before, byte[] after) {
        cut();
        PiecedBody whole = new PiecedBody();
        whole.write(before, 0, before.length);
        whole.cut();
        whole.pieces.addAll(pieces);
        whole.length += length;
        whole.write(after, 0, after.length);
        return whole;
    }

    private static final class Reader extends InputStream {

        private final Iterator<Piece> following;
        private Piece piece = new Piece(new byte[0], 0, 0);
        private int taken;
        private long remaining;

        private Reader(Iterator<Piece> pieces, long length) {
            following = pieces;
            remaining = length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        /** As much as is asked for, but at the end. */
        @Override
        public int read(byte[] target, int offset, int count) {
            if (count == 0) {
                return 0;
            }
            int done = 0;
            while (done < count && remaining > 0) {
                if (taken == piece.length) {
                    piece = following.next();
                    taken = 0;
                }
                int step = Math.min(count - done, piece.length - taken);
                System.arraycopy(piece.bytes, piece.from + taken, target, offset + done, step);
                taken += step;
                done += step;
                remaining -= step;
            }
            return done == 0 ? -1 : done;
        }

        @Override
        public byte[] readNBytes(int count) {
            byte[] bytes = new byte[(int) Math.min(count, remaining)];
            int unused = read(bytes, 0, bytes.length);
            return bytes;
        }
    }
}
