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
import io.stoa.state.transaction.CommitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
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
        FaultyJournal faulty = new FaultyJournal(journal);
        faulty.dieAtAppend(append, durable);
        ReplicatedState dying = ReplicatedState.leading(faulty, config);
        try {
            commit(dying, agent(HOST, "cpus:100"), framework(MARATHON));
            for (int i = 0; i < CLAIMS; i += atOnce) {
                List<CompletableFuture<CommitResult>> results = new ArrayList<>();
                for (int j = i; j < i + atOnce; j++) {
                    asked.add("task" + j);
                    results.add(dying.commit(allOrNothing(claim("task" + j, "cpus:1"))));
                }
                for (int j = 0; j < results.size(); j++) {
                    if (results.get(j).get() instanceof CommitResult.Committed) {
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

        assertThat(acknowledged).hasSizeLessThan(CLAIMS);
        assertThat(known).containsAll(acknowledged);
        assertThat(asked).containsAll(known);
        assertThat(known.size() - acknowledged.size()).isLessThanOrEqualTo(durable ? 1 : 0);
    }
}
