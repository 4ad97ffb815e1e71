package io.stoa.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxCollectorTest {

    private static final long DELAY_MS = 100_000;
    private static final String AGENT = "m-S1";

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime(1_000_000_000_000L);
    private final List<Runnable> disk = new ArrayList<>();
    private AgentPaths paths;
    private SandboxCollector collector;

    @BeforeEach
    void make() throws IOException {
        paths = new AgentPaths(directory.toRealPath().resolve("work"), directory.resolve("run"));
        collector = collector(false);
    }

    @Test
    void aSandboxGoesWhenItIsOldWithWhatLedToIt() throws Exception {
        Path sandbox = sandbox(AGENT, "t", "c");
        collector.schedule(sandbox);
        pass(DELAY_MS - 1);
        assertThat(sandbox.resolve("dir/file")).exists();
        assertFigures(1, 0, 0);
        pass(1);
        assertThat(paths.sandboxes()).doesNotExist();
        assertThat(paths.workDir()).exists();
        assertFigures(0, 1, 0);
    }

    @Test
    void whatIsBesideItStays() throws Exception {
        Path first = sandbox(AGENT, "t", "first");
        Path second = sandbox(AGENT, "t", "second");
        collector.schedule(first);
        pass(DELAY_MS);
        assertThat(first).doesNotExist();
        assertThat(second.resolveSibling("latest")).exists();
        assertThat(second.resolve("dir/file")).exists();
    }

    @Test
    void aLinkInASandboxLeadsNobodyOut() throws Exception {
        Path outside = Files.writeString(directory.resolve("outside"), "mine");
        Path sandbox = sandbox(AGENT, "t", "c");
        Files.createSymbolicLink(sandbox.resolve("file-link"), outside);
        Files.createSymbolicLink(sandbox.resolve("dir-link"), Files.createDirectory(directory.resolve("dir")));
        Files.writeString(directory.resolve("dir/file"), "mine");
        collector.schedule(sandbox);
        pass(DELAY_MS);
        assertThat(sandbox).doesNotExist();
        assertThat(outside).exists();
        assertThat(directory.resolve("dir/file")).exists();
    }

    @Test
    void aTreeDeeperThanAPathMayBeLongGoesToo() throws Exception {
        Path sandbox = sandbox(AGENT, "t", "c");
        for (int depth = 0; depth < 40; depth++) {
            Path above = Files.createDirectory(sandbox.resolve("above"));
            Files.move(sandbox.resolve("dir"), above.resolve("d".repeat(200)));
            Files.move(above, sandbox.resolve("dir"));
        }
        collector.schedule(sandbox);
        pass(DELAY_MS);
        assertThat(sandbox).doesNotExist();
    }

    @Test
    void theLessRoomThereIsTheSoonerTheOldestGo() throws Exception {
        Path older = sandbox(AGENT, "t", "older");
        collector.schedule(older);
        pass(40_000);
        Path newer = sandbox(AGENT, "t", "newer");
        collector.schedule(newer);
        pass(10_000);
        assertThat(figures().get("slave/executor_directory_max_allowed_age_secs"))
                .isEqualTo(90.0);

        collector.diskIsUsed(0.3);
        runDisk();
        assertThat(older).exists();
        assertThat(figures().get("slave/executor_directory_max_allowed_age_secs"))
                .isEqualTo(60.0);

        collector.diskIsUsed(0.5);
        runDisk();
        assertThat(older).doesNotExist();
        assertThat(newer).exists();

        collector.diskIsUsed(0.95);
        runDisk();
        assertThat(newer).doesNotExist();
        assertThat(figures().get("slave/executor_directory_max_allowed_age_secs"))
                .isZero();

        time.advance(1);
        Path later = sandbox(AGENT, "t", "later");
        collector.schedule(later);
        runDisk();
        pass(1);
        assertThat(later).exists();
    }

    @Test
    void nextLifeKnowsHowOldThingsAreAndWhatIsInUse() throws Exception {
        Path old = sandbox(AGENT, "old", "c-old");
        Path used = sandbox(AGENT, "used", "c-used");
        collector.schedule(old);
        runDisk();
        time.advance(60_000);
        Files.setLastModifiedTime(used, FileTime.fromMillis(0));

        collector = collector(false);
        collector.open(Optional.of(AGENT), used::equals);
        runDisk();
        assertFigures(1, 0, 0);
        pass(39_999);
        assertThat(old).exists();
        pass(1);
        assertThat(old).doesNotExist();
        assertThat(used).exists();
    }

    @Test
    void whatALifeHadUnderWayGoesWithTheNextOne() throws Exception {
        Path used = sandbox(AGENT, "used", "c-used");
        Path own = new SharedSandbox(used).stage(Optional.empty());
        String name = "." + UUID.randomUUID() + "." + UUID.randomUUID();
        Path left = Files.createDirectory(used.resolveSibling(name));
        Files.writeString(left.resolve("file"), "half");
        Path link = Files.createSymbolicLink(used.resolveSibling(name.replaceAll("[0-8]", "9")), used);
        Path standalone = Files.createDirectories(paths.workDir().resolve("containers/c"));
        Path beside = Files.createDirectory(standalone.resolveSibling(name));
        collector.open(Optional.of(AGENT), path -> path.endsWith("c-used"));
        runDisk();
        for (Path gone : List.of(left, link, beside)) {
            assertThat(Files.exists(gone, LinkOption.NOFOLLOW_LINKS))
                    .as(gone.toString())
                    .isFalse();
        }
        pass(DELAY_MS);
        for (Path stays : List.of(used.resolve("dir/file"), own, standalone)) {
            assertThat(stays).exists();
        }
    }

    @Test
    void whatAnotherAgentLeftGrowsOldFromNowOn() throws Exception {
        Path other = sandbox("m-S0", "t", "c");
        Files.setLastModifiedTime(other, FileTime.fromMillis(0));
        Path meta = Files.createDirectories(paths.metaAgents().resolve("m-S0"));
        Path own = Files.createDirectories(paths.metaAgents().resolve(AGENT));
        Directories.linkLatest(own);
        collector.open(Optional.of(AGENT), id -> false);
        runDisk();
        pass(DELAY_MS - 1);
        assertThat(other).exists();
        pass(1);
        assertThat(paths.sandboxes().resolve("m-S0")).doesNotExist();
        assertThat(meta).doesNotExist();
        assertThat(paths.latestAgent()).exists();
        assertThat(own).exists();
    }

    @Test
    void thousandsGoAndOneThatCannotIsCounted() throws Exception {
        for (int i = 0; i < 200; i++) {
            collector.schedule(sandbox(AGENT, "t" + i, "c" + i));
        }
        // Of the kernel: nobody can remove it.
        collector.schedule(Path.of("/proc/self/fd"));
        pass(DELAY_MS);
        assertThat(paths.sandboxes()).doesNotExist();
        assertFigures(0, 200, 1);
    }

    @Test
    void sandboxesOfNestedContainersGoBeforeTheOneAroundThem() throws Exception {
        Path around = sandbox(AGENT, "pod", "c");
        Path first = Files.createDirectories(around.resolve("containers/first/containers/inner"));
        Path second = Files.createDirectories(around.resolve("containers/second"));
        collector.schedule(new SharedSandbox(around), first);
        pass(DELAY_MS);
        assertThat(first).as("nobody wants it").exists();

        collector = collector(true);
        collector.schedule(new SharedSandbox(around), first);
        collector.schedule(new SharedSandbox(around), second);
        pass(DELAY_MS - 1);
        collector.unschedule(second);
        pass(1);
        assertThat(first).doesNotExist();
        assertThat(first.getParent()).exists();
        assertThat(second).exists();
        assertFigures(0, 1, 0);
    }

    @Test
    void nextLifeFindsThoseOfNestedContainersThatNobodyUses() throws Exception {
        Path around = sandbox(AGENT, "pod", "c");
        Path used = Files.createDirectories(around.resolve("containers/used"));
        Path inner = Files.createDirectories(used.resolve("containers/inner"));
        Path old = Files.createDirectories(around.resolve("containers/old"));
        Path loop = Files.createSymbolicLink(old.resolve("containers"), around);
        for (Path each : List.of(inner, old)) {
            Files.setLastModifiedTime(each, FileTime.fromMillis(time.epochMs()));
        }
        collector = collector(true);
        collector.open(Optional.of(AGENT), List.of(around, used)::contains);
        runDisk();
        assertFigures(2, 0, 0);
        pass(DELAY_MS);
        assertThat(inner).doesNotExist();
        assertThat(old).doesNotExist();
        assertThat(loop).doesNotExist();
        assertThat(used).exists();
    }

    @Test
    void aTaskCannotLeadTheRemovalOutOfItsSandbox() throws Exception {
        collector = collector(true);
        Path around = sandbox(AGENT, "pod", "c");
        Path nested = around.resolve("containers/x");
        Path outside = Files.createDirectories(directory.resolve("outside/x"));
        collector.schedule(new SharedSandbox(around), nested);
        Files.createSymbolicLink(around.resolve("containers"), directory.resolve("outside"));
        pass(DELAY_MS);
        assertThat(outside).exists();
        assertFigures(0, 0, 1);
    }

    @Test
    void headroomIsAPart() {
        assertThatThrownBy(() -> new SandboxCollector.Policy(1, 1.5, 1, false))
                .hasMessage("Invalid value '1.5' for --gc_disk_headroom. Must be between 0.0 and 1.0");
    }

    private SandboxCollector collector(boolean nested) {
        return new SandboxCollector(
                new SandboxCollector.Policy(DELAY_MS, 0.1, 1_000_000, nested), paths, disk::add, time, Runnable::run);
    }

    private void assertFigures(int pending, int succeeded, int failed) {
        assertThat(figures())
                .containsEntry("gc/path_removals_pending", (double) pending)
                .containsEntry("gc/path_removals_succeeded", (double) succeeded)
                .containsEntry("gc/path_removals_failed", (double) failed);
    }

    private SortedMap<String, Double> figures() {
        SortedMap<String, Double> figures = new TreeMap<>();
        collector.addTo(figures);
        return figures;
    }

    private Path sandbox(String agent, String executor, String container) throws IOException {
        Path sandbox = paths.sandbox(new Run(agent, "f", executor, container));
        Directories.createSandbox(sandbox, Optional.empty());
        Files.createDirectory(sandbox.resolve("dir"));
        Files.writeString(sandbox.resolve("dir/file"), "data");
        return sandbox;
    }

    private void pass(long ms) {
        runDisk();
        time.advance(ms);
        runDisk();
    }

    private void runDisk() {
        while (!disk.isEmpty()) {
            disk.remove(0).run();
        }
    }
}
