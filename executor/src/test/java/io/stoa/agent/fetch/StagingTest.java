package io.stoa.agent.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

class StagingTest {

    private static final Account SOMEBODY = new Account(4_711, 4_712);

    @TempDir
    Path directory;

    private Path root;
    private Path nested;

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(directory.resolve("7f3a"));
        nested = Files.createDirectories(root.resolve("containers/child"));
    }

    private Staging staging(Path sandbox, Optional<Account> owner) throws IOException {
        return new Staging(
                new Destination(sandbox, Optional.of(new SharedSandbox(root)), Optional.empty(), List.of()), owner);
    }

    private static void put(SandboxTree tree, String name) throws IOException {
        tree.file(name, 0644, null, new ByteArrayInputStream("new".getBytes(UTF_8)));
    }

    @Test
    void whoUsesTheSandboxMeanwhileIsNotDisturbed() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"));
        Path there = Files.createDirectory(nested.resolve("a"));
        SOMEBODY.own(there);
        Object before = state(there);
        try (Staging staging = staging(nested, Optional.of(SOMEBODY))) {
            SandboxTree tree = staging.tree(FetcherConfig.STANDARD);
            put(tree, "a/file");
            put(tree, "b/file");
            assertThat(state(there)).isEqualTo(before);
            assertThat(nested.toFile().list()).containsExactly("a");
            staging.deliver();
        }
        assertThat(state(there)).isEqualTo(before);
        for (String name : List.of("a/file", "b", "b/file")) {
            assertThat(account(nested.resolve(name))).as(name).isEqualTo(SOMEBODY);
        }
        assertNothingBeside();
    }

    private static List<Object> state(Path path) throws IOException {
        return List.of(
                Files.getAttribute(path, "unix:ino"),
                account(path),
                PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    private static Account account(Path path) throws IOException {
        return new Account((int) Files.getAttribute(path, "unix:uid"), (int) Files.getAttribute(path, "unix:gid"));
    }

    @Test
    void nothingIsWrittenThroughALinkThatComesMeanwhile() throws Exception {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/child"));
        try (Staging staging = staging(nested, Optional.empty())) {
            put(staging.tree(FetcherConfig.STANDARD), "file");
            Files.move(root.resolve("containers"), root.resolve("c0"));
            Files.createSymbolicLink(root.resolve("containers"), elsewhere.getParent());
            assertThatThrownBy(staging::deliver).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> staging.deliverRest("why")).isInstanceOf(IOException.class);
        }
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("7f3a", "elsewhere");
    }

    @Test
    void whatIsThereStaysUnlessItComesAnew() throws Exception {
        Files.createDirectories(root.resolve("a/b"));
        for (String name : List.of("file", "a/b/old", "stderr")) {
            Files.writeString(root.resolve(name), "old");
        }
        try (Staging staging = staging(root, Optional.empty())) {
            SandboxTree tree = staging.tree(FetcherConfig.STANDARD);
            put(tree, "file");
            put(tree, "a/b/new");
            staging.deliverRest("what is missing");
        }
        assertThat(root.resolve("file")).hasContent("new");
        assertThat(root.resolve("a/b").toFile().list()).containsExactlyInAnyOrder("old", "new");
        assertThat(root.resolve("stderr")).hasContent("old");
        assertThat(root.resolve("stdout")).isEmptyFile();
        try (Staging staging = staging(root, Optional.empty())) {
            put(staging.tree(FetcherConfig.STANDARD), "a");
            assertThatThrownBy(staging::deliver).hasMessage("Something is in the way of 'a': Is a directory");
        }
        assertNothingBeside();
    }

    private void assertNothingBeside() {
        assertThat(directory.toFile().list()).containsExactly("7f3a");
    }
}
