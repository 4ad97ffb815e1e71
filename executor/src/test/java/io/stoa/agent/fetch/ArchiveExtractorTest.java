package io.stoa.agent.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveExtractorTest {

    private static final long MAX_BYTES = 10 << 20;
    private static final int MAX_FILES = 100;

    @TempDir
    private Path directory;

    private Path sandbox;
    private List<Path> volumes = List.of();

    @BeforeEach
    void makeSandbox() throws IOException {
        sandbox = Files.createDirectory(directory.resolve("sandbox"));
        Files.writeString(directory.resolve("outside"), "untouched");
    }

    @ParameterizedTest
    @CsvSource({
        "app.tar, none", "app.tar.gz, gz", "app.tgz, gz", "app.tar.bz2, bzip2", "app.tbz2, bzip2",
        "app.tar.xz, xz", "app.txz, xz", "misnamed.tar, gz", "misnamed.tgz, none", "misnamed.zip, gz"
    })
    void everyKindOfTarIsUnpacked(String name, String compression) throws Exception {
        Path archive = tar(name, compression, tar -> {
            directory(tar, "app/");
            file(tar, "app/bin/run", 0755, "#!/bin/sh");
            file(tar, "app/" + "long".repeat(50), 0644, "x");
            symbolicLink(tar, "app/current", "bin/run");
            symbolicLink(tar, "app/bin/up", "../bin/run");
            hardLink(tar, "app/same", "app/bin/run");
        });
        assertThat(extract(archive)).isTrue();
        assertThat(sandbox.resolve("app/bin/run")).hasContent("#!/bin/sh").isExecutable();
        assertThat(sandbox.resolve("app/" + "long".repeat(50))).hasContent("x");
        assertThat(sandbox.resolve("app/current")).isSymbolicLink().hasContent("#!/bin/sh");
        assertThat(sandbox.resolve("app/bin/up")).hasContent("#!/bin/sh");
        assertThat(sandbox.resolve("app/same")).isRegularFile().hasContent("#!/bin/sh");
    }

    /** A tar without entries is two records of zeros, and may be filled up to a block. */
    @ParameterizedTest
    @CsvSource({"a.tar, none", "a.tar.gz, gz", "a.tar.bz2, bzip2", "a.tar.xz, xz"})
    void ofAnEmptyArchiveNothingIsUnpacked(String name, String compression) throws Exception {
        assertThat(extract(tar(name, compression, tar -> {}))).isTrue();
        assertThat(sandbox.toFile().list()).containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.tar", "a.tar.gz", "a.zip"})
    void ofAnEmptyFileNothingIsUnpacked(String name) throws Exception {
        assertThat(extract(Files.createFile(directory.resolve(name)))).isTrue();
        assertThat(sandbox).isEmptyDirectory();
    }

    @Test
    void ofAnEmptyZipNothingIsUnpacked() throws Exception {
        assertThat(extract(zip(zip -> {}))).isTrue();
        assertThat(sandbox.toFile().list()).containsExactly("a.zip");
    }

    @Test
    void aZipIsUnpackedWithItsModesAndLinks() throws Exception {
        Path archive = zip(zip -> {
            file(zip, "app/", 0, "");
            file(zip, "app/run", 0100755, "#!/bin/sh");
            file(zip, "app/plain", 0, "x");
            file(zip, "app/link", 0120777, "run");
        });
        assertThat(extract(archive)).isTrue();
        assertThat(sandbox.resolve("app/run")).hasContent("#!/bin/sh").isExecutable();
        assertThat(Files.isExecutable(sandbox.resolve("app/plain"))).isFalse();
        assertThat(sandbox.resolve("app/link")).isSymbolicLink().hasContent("#!/bin/sh");
    }

    @Test
    void aCompressedFileLosesItsExtension() throws Exception {
        Path file = sandbox.resolve("log.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("line".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(extract(file)).isTrue();
        assertThat(sandbox.resolve("log.txt")).hasContent("line");
    }

    @Test
    void anEmptyFileIsNoCompressedOne() throws Exception {
        Path file = Files.createFile(sandbox.resolve("a.gz"));
        assertThatThrownBy(() -> extract(file)).isInstanceOf(FetchException.class);
    }

    @Test
    void whatIsNotCalledAnArchiveIsLeftAlone() throws Exception {
        assertThat(extract(Files.writeString(sandbox.resolve("app.jar"), "PK"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.zip", "a.gz"})
    void rubbishIsRefused(String name) throws Exception {
        for (String content : new String[] {"rubbish", "PK\3\4", "\037\213", "BZh9", "rubbish ".repeat(500)}) {
            Path file = Files.write(sandbox.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> extract(file))
                    .as(content)
                    .isInstanceOf(FetchException.class)
                    .hasMessageStartingWith("Failed to extract archive '" + name + "': ");
        }
    }

    @Test
    void aTruncatedArchiveIsRefused() throws Exception {
        Path whole = tar("a.tar", "none", tar -> file(tar, "x", 0644, "x".repeat(5000)));
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, 3000));
        assertThatThrownBy(() -> extract(whole)).hasMessageContaining("Truncated TAR archive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../outside", "/tmp/stoa-outside", "./../outside", ".."})
    void aNameThatLeavesTheSandboxIsRefused(String name) throws Exception {
        Path tar = tar("a.tar", "none", out -> {
            put(out, new TarArchiveEntry(name, true), 0644, "evil");
        });
        assertRefused(tar, "leads out of the sandbox");
        assertRefused(zip(out -> file(out, name, 0100644, "evil")), "leads out of the sandbox");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../outside", "..", "a/../../outside", "a/../x", "./../outside", ""})
    void aLinkThatLeavesTheSandboxIsRefused(String target) throws Exception {
        assertRefused(tar("a.tar", "none", out -> symbolicLink(out, "link", target)), "leads out of the sandbox");
        assertRefused(zip(out -> file(out, "link", 0120777, target)), "leads out of the sandbox");
    }

    @Test
    void nothingIsWrittenThroughALink() throws Exception {
        Path archive = tar("a.tar", "none", out -> {
            symbolicLink(out, "dir", "elsewhere");
            file(out, "dir/x", 0644, "x");
        });
        assertRefused(archive, "'dir' is a link");
    }

    /** It will be somewhere else, where what is above it is not the sandbox. */
    @Test
    void aLinkThatLeavesAVolumeIsRefused() throws Exception {
        volumes = List.of(Path.of("data"));
        assertRefused(tar("a.tar", "none", out -> symbolicLink(out, "data/link", "../x")), "leads out of the sandbox");
        extract(tar("a.tar", "none", out -> {
            symbolicLink(out, "data/sub/link", "../x");
            symbolicLink(out, "other/link", "../data/x");
        }));
        assertThat(sandbox.resolve("data/sub/link")).isSymbolicLink();
    }

    @Test
    void aFileReplacesALinkInsteadOfFollowingIt() throws Exception {
        Files.createSymbolicLink(sandbox.resolve("planted"), directory.resolve("outside"));
        extract(tar("a.tar", "none", out -> file(out, "planted", 0644, "mine")));
        assertThat(sandbox.resolve("planted")).isRegularFile().hasContent("mine");
        assertThat(directory.resolve("outside")).hasContent("untouched");
    }

    @Test
    void aHardLinkToTheOutsideIsRefused() throws Exception {
        assertRefused(tar("a.tar", "none", out -> hardLink(out, "mine", "../outside")), "leads out of the sandbox");
        assertRefused(tar("b.tar", "none", out -> hardLink(out, "mine", "missing")), "names what is not a file");
        Files.createSymbolicLink(sandbox.resolve("planted"), directory.resolve("outside"));
        assertRefused(tar("c.tar", "none", out -> hardLink(out, "mine", "planted")), "names what is not a file");
    }

    @Test
    void devicesAndPipesAreRefused() throws Exception {
        for (byte kind : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
            Path archive = tar("a.tar", "none", out -> {
                out.putArchiveEntry(new TarArchiveEntry("dev", kind));
                out.closeArchiveEntry();
            });
            assertRefused(archive, "'dev' is neither a file nor a directory nor a link");
        }
    }

    @Test
    void setUserIdAndWritingByOthersAreDropped() throws Exception {
        extract(tar("a.tar", "none", out -> file(out, "su", 04777, "x")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sandbox.resolve("su"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(((int) Files.getAttribute(sandbox.resolve("su"), "unix:mode")) & 07000)
                .isZero();
    }

    @Test
    void aBombOfBytesEndsAtTheLimit() throws Exception {
        Path bomb = sandbox.resolve("bomb.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 20; i++) {
                out.write(zeros);
            }
        }
        assertThatThrownBy(() -> extract(bomb)).hasMessageContaining("larger than " + MAX_BYTES + " bytes");
        assertThat(Files.size(sandbox.resolve("bomb"))).isLessThanOrEqualTo(MAX_BYTES);
    }

    @Test
    void aBombOfFilesEndsAtTheLimit() throws Exception {
        Path flat = tar("a.tar", "none", out -> {
            for (int i = 0; i <= MAX_FILES; i++) {
                file(out, "f" + i, 0644, "");
            }
        });
        assertRefused(flat, "more than 100 files");
        Path deep = tar("b.tar", "none", out -> directory(out, "d/".repeat(MAX_FILES + 1)));
        assertRefused(deep, "more than 100 files");
    }

    @Test
    void aBombOfNamesEndsAtTheLimit() throws Exception {
        Path archive = tar("a.tar.gz", "gz", out -> {
            TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            put(out, name, 0644, "n".repeat(5 << 20));
            file(out, "short", 0644, "");
        });
        assertRefused(archive, "header is longer than 1048576 bytes");
    }

    @Test
    void aZipWithAHugeDirectoryIsRefusedBeforeItIsRead() throws Exception {
        byte[] end = new byte[22];
        System.arraycopy(new byte[] {'P', 'K', 5, 6}, 0, end, 0, 4);
        Path archive = sandbox.resolve("a.zip");
        try (OutputStream out = Files.newOutputStream(archive)) {
            out.write("PK".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[17 << 20]);
            out.write(end);
        }
        assertRefused(archive, "(expected: <= 16777216)");
    }

    @Test
    void aZip64ArchiveWithAHugeDirectoryIsRefusedBeforeItIsRead() throws Exception {
        Path archive = zip(zip -> {
            zip.setUseZip64(Zip64Mode.AlwaysWithCompatibility);
            file(zip, "app/run", 0100755, "#!/bin/sh");
        });
        assertThat(extract(archive)).isTrue();
        assertThat(sandbox.resolve("app/run")).hasContent("#!/bin/sh");

        ByteBuffer whole = ByteBuffer.wrap(Files.readAllBytes(archive)).order(ByteOrder.LITTLE_ENDIAN);
        int end = whole.limit() - 22;
        int end64 = (int) whole.getLong(end - 20 + 8);
        byte[] padding = new byte[17 << 20];
        try (OutputStream out = Files.newOutputStream(archive)) {
            out.write(whole.array(), 0, end64);
            out.write(padding);
            whole.putLong(end - 20 + 8, end64 + (long) padding.length);
            // What readers of 32 bits take for the directory is small.
            whole.putInt(end + 12, 0).putInt(end + 16, whole.limit() + padding.length);
            out.write(whole.array(), end64, whole.limit() - end64);
        }
        assertRefused(archive, "(expected: <= 16777216)");
    }

    @Test
    void aLinkOfAZipIsNoLongerThanPathsAre() throws Exception {
        assertRefused(
                zip(out -> file(out, "link", 0120777, "x".repeat(1 << 20))),
                "the link 'link' is longer than 4096 bytes");
    }

    private boolean extract(Path archive) throws IOException {
        SandboxTree tree = new SandboxTree(sandbox, Optional.empty(), MAX_BYTES, MAX_FILES, volumes);
        return new ArchiveExtractor(tree).extract(archive, archive.getFileName().toString());
    }

    private void assertRefused(Path archive, String why) throws IOException {
        assertThatThrownBy(() -> extract(archive))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining(why);
        assertThat(directory.resolve("outside")).hasContent("untouched");
        assertThat(Path.of("/tmp/stoa-outside")).doesNotExist();
        try (var children = Files.list(directory)) {
            assertThat(children).hasSize(2);
        }
    }

    private Path tar(String name, String compression, Writing<TarArchiveOutputStream> content)
            throws IOException, CompressorException {
        Path archive = sandbox.resolve(name);
        try (OutputStream raw = Files.newOutputStream(archive);
                OutputStream compressed = compression.equals("none")
                        ? raw
                        : new CompressorStreamFactory().createCompressorOutputStream(compression, raw);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(compressed, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            content.to(tar);
        }
        return archive;
    }

    private Path zip(Writing<ZipArchiveOutputStream> content) throws IOException {
        Path archive = sandbox.resolve("a.zip");
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(Files.newOutputStream(archive))) {
            content.to(zip);
        }
        return archive;
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        put(tar, new TarArchiveEntry(name), 0755, "");
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode, String content) throws IOException {
        put(tar, new TarArchiveEntry(name), mode, content);
    }

    private static void symbolicLink(TarArchiveOutputStream tar, String name, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        put(tar, entry, 0777, "");
    }

    private static void hardLink(TarArchiveOutputStream tar, String name, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
        entry.setLinkName(target);
        put(tar, entry, 0644, "");
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode, String content)
            throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        entry.setMode(mode);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    /** @param mode with the bits of the kind of file; 0 for an archive that says nothing of Unix */
    private static void file(ZipArchiveOutputStream zip, String name, int mode, String content) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        if (mode != 0) {
            entry.setUnixMode(mode);
        }
        zip.putArchiveEntry(entry);
        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)).transferTo(zip);
        zip.closeArchiveEntry();
    }

    private interface Writing<T> {
        void to(T out) throws IOException;
    }
}
