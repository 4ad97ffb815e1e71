package io.stoa.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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

    /** Stands before the end record where one of 64 bits counts instead, and says where that is. */
    private static final int LOCATOR_BYTES = 20;

    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int END_64_BYTES = 56;

    /** As long as paths may be. */
    private static final int MAX_LINK_BYTES = 4096;

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
            tree.symbolicLink(name, target(entry, zip));
        } else {
            try (InputStream content = zip.getInputStream(entry)) {
                tree.file(name, mode == 0 ? 0644 : mode, entry.getLastModifiedTime(), content);
            }
        }
    }

    private static String target(ZipArchiveEntry link, ZipFile zip) throws IOException {
        try (InputStream content = zip.getInputStream(link)) {
            byte[] target = content.readNBytes(MAX_LINK_BYTES + 1);
            if (target.length > MAX_LINK_BYTES) {
                throw new FetchException(
                        "the link '" + link.getName() + "' is longer than " + MAX_LINK_BYTES + " bytes");
            }
            return new String(target, StandardCharsets.UTF_8);
        }
    }

    /** Looks for the end record, from which the directory's size follows: it reaches from where it begins to there. */
    private static void checkDirectory(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            int tailBytes = (int) Math.min(size, LOCATOR_BYTES + END_BYTES + END_COMMENT_MAX_BYTES);
            ByteBuffer tail = read(channel, size - tailBytes, tailBytes);
            for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
                if (tail.getInt(at) == END_SIGNATURE) {
                    int locator = at - LOCATOR_BYTES;
                    if (locator >= 0 && tail.getInt(locator) == LOCATOR_SIGNATURE) {
                        ByteBuffer end = read(channel, tail.getLong(locator + 8), END_64_BYTES);
                        check(end.getLong(40), end.getLong(48), size);
                    } else {
                        check(
                                Integer.toUnsignedLong(tail.getInt(at + 12)),
                                Integer.toUnsignedLong(tail.getInt(at + 16)),
                                size);
                    }
                    return;
                }
            }
        }
        throw new FetchException("it is truncated, or no zip archive");
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
        if (position < 0 || position > channel.size() - bytes) {
            throw new FetchException("its end record is not where it is said to be");
        }
        byte[] read = Channels.newInputStream(channel.position(position)).readNBytes(bytes);
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void check(long directoryBytes, long offset, long fileBytes) throws FetchException {
        if (directoryBytes < 0 || offset < 0) {
            throw new FetchException("its directory is beyond all bounds");
        }
        long reach = Math.max(directoryBytes, fileBytes - offset);
        if (reach > MAX_DIRECTORY_BYTES) {
            throw new FetchException(
                    "its directory has " + reach + " bytes (expected: <= " + MAX_DIRECTORY_BYTES + ")");
        }
    }
}
