package io.stoa.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Unpacks a zip archive by its directory, the only place where it says what is a link and what is executable. */
final class ZipEntries {

    /** The directory is held in memory, at many times its size; 16 MiB name some 150,000 files. */
    private static final long MAX_DIRECTORY_BYTES = 16L << 20;

    private static final int END_BYTES = 22;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_COMMENT_MAX_BYTES = 0xffff;

    private final SandboxTree tree;

    ZipEntries(SandboxTree tree) {
        this.tree = tree;
    }

    void unpack(Path file) throws IOException {
        checkDirectory(file);
        try (ZipFile zip =
                ZipFile.builder().setPath(file).setIgnoreLocalFileHeader(true).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                unpack(entry, zip);
            }
        }
    }

    private void unpack(ZipArchiveEntry entry, ZipFile zip) throws IOException {
        String name = entry.getName();
        if (!zip.canReadEntryData(entry)) {
            throw new FetchException("'" + name + "' is encrypted or compressed in an unknown way");
        }
        int mode = entry.getUnixMode() & 0777;
        if (entry.isDirectory()) {
            tree.directory(name, mode == 0 ? 0755 : mode);
        } else if (entry.isUnixSymlink()) {
            tree.symbolicLink(name, zip.getUnixSymlink(entry));
        } else {
            try (InputStream content = zip.getInputStream(entry)) {
                tree.file(name, mode == 0 ? 0644 : mode, entry.getLastModifiedTime(), content);
            }
        }
    }

    /** Looks for the end record, from which the directory's size follows: it reaches from where it begins to there. */
    private static void checkDirectory(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            int tailBytes = (int) Math.min(size, END_BYTES + END_COMMENT_MAX_BYTES);
            byte[] end =
                    Channels.newInputStream(channel.position(size - tailBytes)).readNBytes(tailBytes);
            ByteBuffer tail = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = end.length - END_BYTES; at >= 0; at--) {
                if (tail.getInt(at) == END_SIGNATURE) {
                    check(Integer.toUnsignedLong(tail.getInt(at + 12)), tail.getInt(at + 16), size);
                    return;
                }
            }
        }
        throw new FetchException("it is truncated, or no zip archive");
    }

    private static void check(long directoryBytes, int offset, long fileBytes) throws FetchException {
        // A size of all ones stands for a zip64 archive, an offset of all ones for one beyond 4 GiB.
        long reach = offset == -1 ? directoryBytes : fileBytes - Integer.toUnsignedLong(offset);
        if (Math.max(directoryBytes, reach) > MAX_DIRECTORY_BYTES) {
            throw new FetchException(
                    "its directory has " + reach + " bytes (expected: <= " + MAX_DIRECTORY_BYTES + ")");
        }
    }
}
