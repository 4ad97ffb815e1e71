package io.stoa.state;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.claim;
import static io.stoa.state.Fixtures.commit;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.key;

import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Committers on many threads see one order of claims: each result is one that a single thread could have got. */
@Param(name = "task", gen = IntGen.class, conf = "1:3")
public class ConcurrentClaimsTest {

    /** The checker makes many instances and tells none that it is done. */
    private static final AtomicReference<ReplicatedState> LAST = new AtomicReference<>();

    private final ReplicatedState state;

    public ConcurrentClaimsTest() throws Exception {
        state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD);
        commit(state, agent(HOST, "cpus:2"), framework(MARATHON));
        ReplicatedState last = LAST.getAndSet(state);
        if (last != null) {
            last.close();
        }
    }

    @Test
    void resultsOfConcurrentCommittersAreLinearizable() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(5)
                .invocationsPerIteration(40)
                .check(ConcurrentClaimsTest.class);
    }

    @Operation
    public String claimOne(@Param(name = "task") int task) throws Exception {
        return outcome(claim("task" + task, "cpus:1"));
    }

    @Operation
    public String release(@Param(name = "task") int task) throws Exception {
        return outcome(new StateMutation.RemoveTask(key("task" + task)));
    }

    @Operation
    public int tasks() {
        return state.snapshot().taskCount();
    }

    private String outcome(StateMutation mutation) throws Exception {
        CommitResult result = state.commit(allOrNothing(mutation)).get();
        return result instanceof CommitResult.Conflicted conflicted
                ? conflicted.conflicts().values().iterator().next().getClass().getSimpleName()
                : "committed";
    }
}
