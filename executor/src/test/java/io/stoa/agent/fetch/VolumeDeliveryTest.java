package io.stoa.agent.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stoa.agent.SmallDisk;
import io.stoa.agent.sandbox.SharedSandbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeDeliveryTest {

    private static final Optional<String> NOBODY = Optional.of("nobody");

    @TempDir
    Path directory;

    private Path runs;
    private Path sandbox;
    private Path volume;
    private Path elsewhere;

    @BeforeEach
    void make() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        runs = Files.createDirectory(directory.resolve("runs"));
        sandbox = Files.createDirectory(runs.resolve("7f3a"));
        volume = Files.createDirectory(directory.resolve("volume"));
        elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createSymbolicLink(sandbox.resolve("data"), volume);
    }

    @Test
    void whatIsThereStaysUnlessItComesAnew() throws Exception {
        Files.createDirectories(volume.resolve("sub"));
        for (String name : List.of("sub/old", "sub/both")) {
            Files.writeString(volume.resolve(name), "old");
        }
        deliver(Optional.empty(), "data/sub/both", "data/sub/new", "plain");
        assertThat(volume.resolve("sub/old")).hasContent("old");
        assertThat(volume.resolve("sub/both")).hasContent("new");
        assertThat(volume.resolve("sub/new")).hasContent("new").isExecutable();
        assertThat(sandbox.resolve("plain")).hasContent("new");
        assertThat(sandbox.resolve("data")).isSymbolicLink();
        assertNothingBeside();
    }

    @Test
    void itMayBeOnAnotherDisk() throws Exception {
        try (SmallDisk disk = new SmallDisk(volume, "1m")) {
            deliver(Optional.empty(), "data/a/file", "data/link -> a/file");
            assertThat(volume.resolve("link")).isSymbolicLink().hasContent("new");
            disk.fill();
            assertThatThrownBy(() -> deliver(Optional.empty(), "data/b"))
                    .hasMessageStartingWith("Failed to copy into the volume 'data': cp: ")
                    .hasMessageContaining("No space left");
        }
        assertNothingBeside();
    }

    @Test
    void noLinkThatATaskLeftThereLeadsAnywhere() throws Exception {
        Files.createSymbolicLink(volume.resolve("sub"), elsewhere);
        assertThatThrownBy(() -> deliver(Optional.empty(), "data/sub/file")).isInstanceOf(FetchException.class);
        Path target = Files.writeString(elsewhere.resolve("target"), "untouched");
        Files.createSymbolicLink(volume.resolve("file"), target);
        deliver(Optional.empty(), "data/file");
        assertThat(volume.resolve("file")).isRegularFile().hasContent("new");
        assertThat(elsewhere.toFile().list()).containsExactly("target");
        assertThat(target).hasContent("untouched");
        assertNothingBeside();
    }

    @Test
    void usersWriteWhereTheyMayAndNowhereElse() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"));
        assertThatThrownBy(() -> deliver(NOBODY, "data/file"))
                .hasMessageStartingWith("Failed to copy into the volume 'data': cp: ")
                .hasMessageContaining("Permission denied");
        assertThat(volume).isEmptyDirectory();
        Account.other(NOBODY).orElseThrow().own(volume);
        deliver(NOBODY, "data/a/file");
        assertThat(Files.getOwner(volume.resolve("a/file"))).hasToString("nobody");
        assertNothingBeside();
    }

    @Test
    void partOfTheSandboxAroundIsMadeInIt() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"));
        Path child = Files.createDirectories(sandbox.resolve("containers/child"));
        Path shared = sandbox.resolve("of/pod");
        deliver(child, shared, NOBODY, "data/a/file");
        deliver(child, shared, NOBODY, "data/a/other");
        assertThat(shared.resolve("a").toFile().list()).containsExactlyInAnyOrder("file", "other");
        assertThat(Files.getOwner(shared.getParent())).hasToString("nobody");
        assertThat(child).isEmptyDirectory();
        Account.other(NOBODY).orElseThrow().own(Files.createSymbolicLink(sandbox.resolve("planted"), elsewhere));
        assertThatThrownBy(() -> deliver(child, sandbox.resolve("planted"), NOBODY, "data/file"))
                .hasMessageStartingWith("Something is in the way of 'planted'");
        assertThat(elsewhere).isEmptyDirectory();
        assertNothingBeside();
    }

    @Test
    void partOfAVolumeOfTheExecutorsIsMadeInThat() throws Exception {
        Path child = Files.createDirectories(sandbox.resolve("containers/child"));
        deliver(child, sandbox.resolve("data/of/pod"), Optional.empty(), "data/file");
        deliver(child, sandbox.resolve("data"), Optional.empty(), "data/of/other");
        assertThat(volume.resolve("of/pod/file")).hasContent("new");
        assertThat(volume.resolve("of/other")).hasContent("new");
        Files.createSymbolicLink(volume.resolve("planted"), elsewhere);
        assertThatThrownBy(() -> deliver(child, sandbox.resolve("data/planted"), Optional.empty(), "data/file"))
                .isInstanceOf(FetchException.class);
        assertThat(elsewhere).isEmptyDirectory();
        assertNothingBeside();
    }

    @Test
    void nothingElseTakesItsPlace() {
        assertThatThrownBy(() -> deliver(Optional.empty(), "data")).hasMessage("'data' is a volume");
        assertThat(sandbox.resolve("data")).isSymbolicLink();
    }

    private void deliver(Optional<String> user, String... names) throws Exception {
        deliver(sandbox, volume, user, names);
    }

    private void deliver(Path into, Path source, Optional<String> user, String... names) throws Exception {
        Destination destination = new Destination(
                into,
                Optional.of(new SharedSandbox(sandbox)),
                user,
                List.of(new Destination.Volume(Path.of("data"), source)));
        try (Staging staging = new Staging(destination, Account.other(user))) {
            SandboxTree tree = staging.tree(FetcherConfig.STANDARD);
            for (String name : names) {
                String[] link = name.split(" -> ", -1);
                if (link.length == 2) {
                    tree.symbolicLink(link[0], link[1]);
                } else {
                    tree.file(name, 0755, null, new ByteArrayInputStream("new".getBytes(UTF_8)));
                }
            }
            staging.deliver();
        }
    }

    private void assertNothingBeside() {
        assertThat(runs.toFile().list()).containsExactly("7f3a");
    }
}
