package io.stoa.agent.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Unpacks a tar archive. */
final class TarEntries {

    /** Long names and extended headers are held in memory, and an archive decides how long they are. */
    private static final long MAX_HEADER_BYTES = 1 << 20;

    private static final int RECORD_BYTES = 512;

    private final SandboxTree tree;

    TarEntries(SandboxTree tree) {
        this.tree = tree;
    }

    /** @param content supports marks */
    void unpack(InputStream content) throws IOException {
        if (isEnd(content)) {
            return;
        }
        Metered metered = new Metered(content);
        TarArchiveInputStream tar = new TarArchiveInputStream(metered, StandardCharsets.UTF_8.name());
        metered.allow(MAX_HEADER_BYTES);
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry == null) {
            throw new FetchException("it is no archive");
        }
        while (entry != null) {
            metered.allow(Long.MAX_VALUE);
            unpack(entry, tar);
            metered.allow(MAX_HEADER_BYTES);
            entry = tar.getNextEntry();
        }
    }

    /** An archive without entries is one, to tar and to Mesos, even where it has not a byte. */
    private static boolean isEnd(InputStream content) throws IOException {
        content.mark(RECORD_BYTES);
        byte[] record = content.readNBytes(RECORD_BYTES);
        content.reset();
        for (byte one : record) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    private void unpack(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        String name = entry.getName();
        if (entry.isDirectory()) {
            tree.directory(name, entry.getMode());
        } else if (entry.isSymbolicLink()) {
            tree.symbolicLink(name, entry.getLinkName());
        } else if (entry.isLink()) {
            tree.hardLink(name, entry.getLinkName());
        } else if (entry.isFile() && !isSpecial(entry) && tar.canReadEntryData(entry)) {
            tree.file(name, entry.getMode(), entry.getLastModifiedTime(), tar);
        } else {
            throw new FetchException("'" + name + "' is neither a file nor a directory nor a link");
        }
    }

    /** The library calls everything a file that is not a directory. */
    private static boolean isSpecial(TarArchiveEntry entry) {
        return entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO();
    }

    /** A stream that gives only so much, until it is allowed more. */
    private static final class Metered extends FilterInputStream {

        private long leftBytes;

        Metered(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            leftBytes = bytes;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            take(1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            take(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = super.skip(n);
            take(skipped);
            return skipped;
        }

        private void take(long bytes) throws FetchException {
            leftBytes -= bytes;
            if (leftBytes < 0) {
                throw new FetchException("an entry's header is longer than " + MAX_HEADER_BYTES + " bytes");
            }
        }
    }
}
