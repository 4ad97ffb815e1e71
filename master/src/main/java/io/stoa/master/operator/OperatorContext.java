package io.stoa.master.operator;

import io.stoa.state.SharedState;
import io.stoa.state.model.ClusterSnapshot;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What the operators' endpoints of one term look at and work on. */
public final class OperatorContext {

    private final MasterFacts facts;
    private final SharedState state;
    private final SoftState soft;
    private final AgentActions agents;
    private final Supplier<CompletableFuture<SortedMap<String, Double>>> figures;
    private final History history;
    private final Answers answers;
    private final Forgettable<PrintedArray<ShownAgent, ClusterSums>> sums =
            new Forgettable<>(() -> new PrintedArray<>(ClusterSums.OF_AGENTS));

    /**
     * @param figures those of now, by name
     * @param history to be told of everything that is committed in this term
     * @param executor where answers are made; one thread
     */
    public OperatorContext(
            MasterFacts facts,
            SharedState state,
            SoftState soft,
            AgentActions agents,
            Supplier<CompletableFuture<SortedMap<String, Double>>> figures,
            History history,
            Executor executor) {
        this.facts = facts;
        this.state = state;
        this.soft = soft;
        this.agents = agents;
        this.figures = figures;
        this.history = history;
        answers = new Answers(executor);
    }

    public MasterFacts facts() {
        return facts;
    }

    public SharedState state() {
        return state;
    }

    public SoftState soft() {
        return soft;
    }

    AgentActions agents() {
        return agents;
    }

    public CompletableFuture<SortedMap<String, Double>> figures() {
        return figures.get();
    }

    /** The newest state; what has left it is in the history. To be read before that, by the operators' thread. */
    public ClusterSnapshot snapshot() {
        return history.newest(state);
    }

    /** To be told of everything that is committed in this term. */
    public History history() {
        return history;
    }

    /** For the operators' thread only; costs what has changed since it was called last. */
    ClusterSums sums(ClusterView view) {
        PrintedArray<ShownAgent, ClusterSums> known = sums.get();
        known.show(view.registered());
        ClusterSums all = new ClusterSums();
        known.sums().forEach(all::add);
        return all;
    }

    public Answers answers() {
        return answers;
    }
}
