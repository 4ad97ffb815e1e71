package io.stoa.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedSandboxTest {

    @TempDir
    Path directory;

    private Path root;
    private Path elsewhere;
    private SharedSandbox sandbox;

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectories(directory.resolve("runs/root"));
        elsewhere = Files.createDirectory(directory.resolve("etc"));
        Files.writeString(elsewhere.resolve("passwd"), "root");
        sandbox = new SharedSandbox(root);
    }

    @Test
    void nestedSandboxIsItsUsersAlone() throws IOException {
        Path nested = root.resolve("containers/parent/containers/child");
        sandbox.create(nested, Optional.empty());
        assertThat(nested).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(nested)))
                .isEqualTo("rwxr-x---");
        assertNothingOutside();
    }

    @Test
    void linkTakesThePlaceOfAnother() throws IOException {
        sandbox.link(root.resolve("tasks/t"), Path.of("first"));
        sandbox.link(root.resolve("tasks/t"), Path.of("second"));
        assertThat(Files.readSymbolicLink(root.resolve("tasks/t"))).isEqualTo(Path.of("second"));
        assertNothingOutside();
    }

    @Test
    void nothingIsMadeThroughALinkOfATasks() throws IOException {
        for (String name : List.of("containers", "tasks")) {
            Files.createSymbolicLink(root.resolve(name), elsewhere);
        }
        assertThatThrownBy(() -> sandbox.create(root.resolve("containers/child"), Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("containers");
        assertThatThrownBy(() -> sandbox.link(root.resolve("tasks/passwd"), root))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tasks");
        assertElsewhereIsUntouched();
        assertNothingOutside();
    }

    @Test
    void nothingIsMadeInThePlaceOfALinkOfATasks() throws IOException {
        Files.createDirectory(root.resolve("containers"));
        Files.createSymbolicLink(root.resolve("containers/child"), elsewhere);
        assertThatThrownBy(() -> sandbox.create(root.resolve("containers/child"), Optional.empty()))
                .isInstanceOf(IOException.class);
        Files.createDirectory(root.resolve("tasks"));
        Files.createSymbolicLink(root.resolve("tasks/t"), elsewhere);
        sandbox.link(root.resolve("tasks/t"), root);
        assertThat(Files.readSymbolicLink(root.resolve("tasks/t"))).isEqualTo(root);
        assertElsewhereIsUntouched();
        assertNothingOutside();
    }

    @Test
    void onlyADirectoryReachedThroughDirectoriesIsThere() throws IOException {
        assertThat(sandbox.has(root.resolve("containers/child"))).isFalse();
        sandbox.create(root.resolve("containers/child"), Optional.empty());
        assertThat(sandbox.has(root.resolve("containers/child"))).isTrue();
        Files.createSymbolicLink(root.resolve("containers/link"), elsewhere);
        Files.createFile(root.resolve("containers/file"));
        Files.createSymbolicLink(root.resolve("moved"), root.resolve("containers"));
        for (String name : List.of("containers/link", "containers/file", "moved/child")) {
            assertThatThrownBy(() -> sandbox.has(root.resolve(name))).as(name).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatWasMadeOutsideIsMergedIntoWhatIsThere() throws IOException {
        Path nested = root.resolve("containers/child");
        sandbox.create(nested, Optional.empty());
        Files.createDirectories(nested.resolve("both/below"));
        Files.writeString(nested.resolve("both/old"), "old");
        Files.writeString(nested.resolve("both/below/file"), "old");
        Files.createSymbolicLink(nested.resolve("link"), elsewhere.resolve("passwd"));
        Path staged = sandbox.stage(Optional.empty());
        Files.createDirectories(staged.resolve("both/below"));
        Files.createDirectories(staged.resolve("new/below"));
        for (String file : List.of("both/new", "both/below/file", "new/below/file", "link")) {
            Files.writeString(staged.resolve(file), "new");
        }
        sandbox.merge(staged, nested);
        for (String file : List.of("both/new", "both/below/file", "new/below/file", "link")) {
            assertThat(nested.resolve(file)).isRegularFile().hasContent("new");
        }
        assertThat(nested.resolve("both/old")).hasContent("old");
        assertElsewhereIsUntouched();
        Directories.remove(staged);
        assertNothingOutside();
    }

    @Test
    void nothingIsMergedThroughALinkOfATasks() throws IOException {
        Path staged = sandbox.stage(Optional.empty());
        Files.createDirectory(staged.resolve("etc"));
        Files.writeString(staged.resolve("etc/passwd"), "new");
        Files.createSymbolicLink(root.resolve("etc"), elsewhere);
        Files.createSymbolicLink(root.resolve("containers"), directory);
        assertThatThrownBy(() -> sandbox.merge(staged, root))
                .hasMessage("Something is in the way of 'etc': Not a directory");
        assertThatThrownBy(() -> sandbox.merge(staged, root.resolve("containers/etc")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> sandbox.add(staged.resolve("etc/passwd"), root.resolve("etc")))
                .isInstanceOf(IOException.class);
        assertElsewhereIsUntouched();
    }

    @Test
    void fileIsAddedWhereThereIsNone() throws IOException {
        Path staged = sandbox.stage(Optional.empty());
        Path file = Files.writeString(staged.resolve("stderr"), "first");
        assertThat(sandbox.add(file, root)).isTrue();
        assertThat(sandbox.add(Files.writeString(file, "second"), root)).isFalse();
        assertThat(root.resolve("stderr")).hasContent("first");
        assertThat(file).hasContent("second");
    }

    @Test
    void onlyWhatAnotherLifeLeftOutsideIsALeftover() throws IOException {
        assertThat(SharedSandbox.isLeftover(sandbox.stage(Optional.empty()))).isFalse();
        String id = UUID.randomUUID().toString();
        assertThat(SharedSandbox.isLeftover(directory.resolve("." + id + "." + id)))
                .isTrue();
        for (String name : List.of(id, "latest", ".latest-" + id)) {
            assertThat(SharedSandbox.isLeftover(directory.resolve(name)))
                    .as(name)
                    .isFalse();
        }
    }

    @Test
    void nothingIsRemovedThroughALinkOfATasks() throws IOException {
        Files.createSymbolicLink(root.resolve("containers"), directory);
        assertThatThrownBy(() -> sandbox.remove(root.resolve("containers/etc")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("containers");
        assertElsewhereIsUntouched();
    }

    @Test
    void linksAreRemovedAsLinks() throws IOException {
        Path nested = root.resolve("containers/child");
        sandbox.create(nested, Optional.empty());
        Files.createSymbolicLink(nested.resolve("out"), elsewhere);
        Files.createDirectories(nested.resolve("a/b"));
        sandbox.remove(nested);
        sandbox.remove(nested);
        sandbox.remove(root.resolve("nowhere/child"));
        assertThat(root.resolve("containers")).isEmptyDirectory();
        assertElsewhereIsUntouched();
        assertNothingOutside();
    }

    @Test
    void manyAreMadeAtOnce() throws IOException {
        CompletableFuture.allOf(IntStream.range(0, 50)
                        .mapToObj(child -> CompletableFuture.runAsync(() -> create("containers/" + child)))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
        try (Stream<Path> children = Files.list(root.resolve("containers"))) {
            assertThat(children).hasSize(50);
        }
        assertNothingOutside();
    }

    private void create(String nested) {
        try {
            sandbox.create(root.resolve(nested), Optional.empty());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertElsewhereIsUntouched() {
        assertThat(elsewhere).isDirectoryContaining(file -> file.endsWith("passwd"));
        assertThat(elsewhere.toFile().list()).hasSize(1);
        assertThat(elsewhere.resolve("passwd")).isRegularFile().hasContent("root");
    }

    private void assertNothingOutside() {
        assertThat(directory.resolve("runs").toFile().list()).containsExactly("root");
    }
}
