package io.stoa.http.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * A part of a file.
 *
 * @param size of the whole file, in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
record FileSlice(long size, byte[] data) {

    /** 16 pages, as with Mesos. */
    private static final int MAX_BYTES = 64 << 10;

    /**
     * Reads it; follows no link that has come since the path was resolved.
     *
     * @param offset an unsigned number; at or behind the end nothing is read
     * @param length that is wanted; at most 64 kB are read
     */
    static FileSlice read(Path file, long offset, OptionalLong length) throws IOException {
        try (SeekableByteChannel in = Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long size = in.size();
            long available = Long.compareUnsigned(offset, size) < 0 ? size - offset : 0;
            long wanted = length.isPresent() && length.getAsLong() >= 0 ? length.getAsLong() : MAX_BYTES;
            ByteBuffer data = ByteBuffer.allocate((int) Math.min(MAX_BYTES, Math.min(wanted, available)));
            if (data.hasRemaining()) {
                in.position(offset);
            }
            while (data.hasRemaining() && in.read(data) >= 0) {}
            byte[] read = new byte[data.flip().remaining()];
            data.get(read);
            return new FileSlice(size, read);
        }
    }
}
