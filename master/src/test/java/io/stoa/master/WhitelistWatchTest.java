package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhitelistWatchTest {

    @TempDir
    private Path directory;

    private final ManualTime time = new ManualTime(0);
    private final List<Set<String>> told = new ArrayList<>();
    private Path file = Path.of("");
    private WhitelistWatch watch = new WhitelistWatch(file, time, Runnable::run, told::add);

    @BeforeEach
    void open() {
        file = directory.resolve("hosts");
        watch = new WhitelistWatch(file, time, Runnable::run, told::add);
    }

    private void write(String content) throws IOException {
        Files.writeString(file, content);
    }

    @Test
    void theHostsAreToldAtOnceAndWhenTheyAreOthers() throws Exception {
        write("one\n\ntwo\n");
        watch.start();
        assertThat(told).containsExactly(Set.of("one", "two"));

        time.advance(WhitelistWatch.INTERVAL_MS);
        assertThat(told).hasSize(1);

        write("three");
        time.advance(WhitelistWatch.INTERVAL_MS);
        assertThat(told).endsWith(Set.of("three"));
    }

    @Test
    void anEmptyFileNamesNobody() throws Exception {
        write("");
        watch.start();
        assertThat(told).containsExactly(Set.of());
    }

    @Test
    void whatCannotBeReadChangesNothing() throws Exception {
        watch.start();
        assertThat(told).isEmpty();

        write("one");
        time.advance(WhitelistWatch.INTERVAL_MS);
        Files.delete(file);
        time.advance(WhitelistWatch.INTERVAL_MS);
        write("one");
        time.advance(WhitelistWatch.INTERVAL_MS);
        assertThat(told).containsExactly(Set.of("one"));
    }

    @Test
    void nothingIsReadAfterTheEnd() throws Exception {
        watch.start();
        watch.close();
        write("one");
        time.advance(WhitelistWatch.INTERVAL_MS);
        watch.start();
        assertThat(told).isEmpty();
    }
}
