package io.stoa.agent.fetch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks what is called like an archive. The name decides whether, the first bytes decide how: a {@code .tar} that is
 * really compressed is common.
 */
final class ArchiveExtractor {

    private static final List<String> ARCHIVES =
            List.of(".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".zip");
    private static final String GZIP = ".gz";
    private static final byte[] ZIP_MAGIC = {'P', 'K'};
    private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
    private static final byte[] BZIP2_MAGIC = {'B', 'Z', 'h'};
    private static final byte[] XZ_MAGIC = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
    /** A decoder of xz takes memory as the file says, and the agent has other things to do. */
    private static final int XZ_MEMORY_LIMIT_KB = 256 * 1024;

    private final SandboxTree tree;

    ArchiveExtractor(SandboxTree tree) {
        this.tree = tree;
    }

    /** True for what is called like an archive. */
    static boolean isArchive(String name) {
        return name.endsWith(GZIP) || isMany(name);
    }

    /** True where the archive holds files, and is not just one file compressed. */
    private static boolean isMany(String name) {
        return ARCHIVES.stream().anyMatch(name::endsWith);
    }

    /**
     * @param name what the file is called, wherever it is
     * @return false, and nothing is done, for what is not called like an archive
     */
    boolean extract(Path file, String name) throws IOException {
        if (!isArchive(name)) {
            return false;
        }
        try {
            if (isMany(name)) {
                extractArchive(file);
            } else {
                gunzip(file, name.substring(0, name.length() - GZIP.length()));
            }
        } catch (IOException | RuntimeException e) {
            // A broken archive shows itself as any exception of the library.
            throw new FetchException("Failed to extract archive '" + name + "': " + FetchException.reason(e), e);
        }
        return true;
    }

    private void extractArchive(Path file) throws IOException {
        try (InputStream raw = buffered(Files.newInputStream(file))) {
            if (startsWith(raw, ZIP_MAGIC)) {
                new ZipEntries(tree).unpack(file);
                return;
            }
            try (InputStream content =
                    decompressed(raw).map(ArchiveExtractor::buffered).orElse(raw)) {
                new TarEntries(tree).unpack(content);
            }
        }
    }

    private void gunzip(Path file, String target) throws IOException {
        if (target.isEmpty()) {
            throw new FetchException("it has no name without " + GZIP);
        }
        try (InputStream raw = buffered(Files.newInputStream(file));
                InputStream content = new GZIPInputStream(raw)) {
            tree.file(target, 0644, null, content);
        }
    }

    private static Optional<InputStream> decompressed(InputStream raw) throws IOException {
        if (startsWith(raw, GZIP_MAGIC)) {
            return Optional.of(new GZIPInputStream(raw));
        }
        if (startsWith(raw, BZIP2_MAGIC)) {
            return Optional.of(new BZip2CompressorInputStream(raw, true));
        }
        if (startsWith(raw, XZ_MAGIC)) {
            return Optional.of(XZCompressorInputStream.builder()
                    .setInputStream(raw)
                    .setDecompressConcatenated(true)
                    .setMemoryLimitKiB(XZ_MEMORY_LIMIT_KB)
                    .get());
        }
        return Optional.empty();
    }

    private static InputStream buffered(InputStream in) {
        return new BufferedInputStream(in, 64 * 1024);
    }

    private static boolean startsWith(InputStream in, byte[] magic) throws IOException {
        in.mark(magic.length);
        byte[] start = in.readNBytes(magic.length);
        in.reset();
        return Arrays.equals(start, magic);
    }
}
