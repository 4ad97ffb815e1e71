package io.stoa.state;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.claim;
import static io.stoa.state.Fixtures.commit;
import static io.stoa.state.Fixtures.framework;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.journal.Journal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.JournalWriter;
import io.stoa.state.journal.ReadResult;
import io.stoa.state.journal.StoredSnapshot;
import io.stoa.state.transaction.CommitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A leader that dies at each append, before or after it became durable. */
class CrashTest {

    private static final int CLAIMS = 12;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
    void crashBeforeAnAppendIsDurableInventsNothing(int append) throws Exception {
        crashAt(append, false, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
    void crashAfterAnAppendIsDurableLosesNothing(int append) throws Exception {
        crashAt(append, true, 1);
    }

    @ParameterizedTest
    @CsvSource({"2,true", "2,false", "3,true", "3,false", "5,true", "5,false"})
    void crashWithManyAppendsUnderWayLosesNothing(int append, boolean durable) throws Exception {
        crashAt(append, durable, CLAIMS);
    }

    private static void crashAt(int append, boolean durable, int atOnce) throws Exception {
        InMemoryJournal journal = new InMemoryJournal();
        Set<String> asked = new TreeSet<>();
        Set<String> acknowledged = new TreeSet<>();
        // One transaction an append, so that each boundary lies between two claims.
        StateConfig config = new StateConfig(100, 4, 1, 6, 1 << 20);
        ReplicatedState dying = ReplicatedState.leading(new DyingJournal(journal, append, durable), config);
        try {
            commit(dying, agent(HOST, "cpus:100"), framework(MARATHON));
            for (int i = 0; i < CLAIMS; i += atOnce) {
                List<CompletableFuture<CommitResult>> results = new ArrayList<>();
                for (int j = i; j < i + atOnce; j++) {
                    asked.add("task" + j);
                    results.add(dying.commit(allOrNothing(claim("task" + j, "cpus:1"))));
                }
                for (int j = 0; j < results.size(); j++) {
                    if (results.get(j).get(60, TimeUnit.SECONDS) instanceof CommitResult.Committed) {
                        acknowledged.add("task" + (i + j));
                    }
                }
            }
        } finally {
            dying.close();
        }

        ReplicatedState next = ReplicatedState.leading(journal, StateConfig.STANDARD);
        Set<String> known = new TreeSet<>();
        next.snapshot().tasks().forEach(task -> known.add(task.key().taskId()));
        next.close();

        assertThat(known).containsAll(acknowledged);
        assertThat(asked).containsAll(known);
        assertThat(known.size() - acknowledged.size()).isLessThanOrEqualTo(durable ? 1 : 0);
    }

    /** Dies with its n-th append: nothing succeeds from then on. */
    private record DyingJournal(InMemoryJournal journal, int lastAppend, boolean lastIsDurable) implements Journal {

        @Override
        public int maxEntryBytes() {
            return journal.maxEntryBytes();
        }

        @Override
        public Optional<StoredSnapshot> newestSnapshot() {
            return journal.newestSnapshot();
        }

        @Override
        public ReadResult read(long fromIndex) {
            return journal.read(fromIndex);
        }

        @Override
        public void awaitEntry(long index, long timeoutMs) throws InterruptedException {
            journal.awaitEntry(index, timeoutMs);
        }

        @Override
        public JournalWriter takeOver() {
            return new DyingWriter(journal.takeOver(), lastAppend, lastIsDurable);
        }

        @Override
        public void close() {}
    }

    private static final class DyingWriter implements JournalWriter {

        private final JournalWriter writer;
        private final boolean lastIsDurable;
        private int left;

        DyingWriter(JournalWriter writer, int lastAppend, boolean lastIsDurable) {
            this.writer = writer;
            this.left = lastAppend;
            this.lastIsDurable = lastIsDurable;
        }

        @Override
        public CompletableFuture<Void> append(long index, byte[] entry) {
            left--;
            if (left > 0 || (left == 0 && lastIsDurable)) {
                CompletableFuture<Void> appended = writer.append(index, entry);
                if (left > 0) {
                    return appended;
                }
            }
            return CompletableFuture.failedFuture(new JournalException("died"));
        }

        @Override
        public void compact(long index, SnapshotSource snapshot) throws JournalException {
            writer.compact(index, snapshot);
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
