package io.stoa.master.operator;

import io.stoa.state.model.Executor;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.Offer;

/**
 * What was printed of a cluster in one form for the newest answers: most of it is in the next one, too. Never larger
 * than the state. For one thread at a time.
 *
 * @param <S> resources added up as the form shows them
 */
public final class PrintedCluster<S> {

    private final Kinds<S> kinds;
    private final PrintedArray<ShownAgent, Integer> agents;
    private final Map<FrameworkId, OfFramework<S>> frameworks = new HashMap<>();

    public PrintedCluster(Kinds<S> kinds) {
        this.kinds = kinds;
        agents = new PrintedArray<>(kinds.agents());
    }

    /**
     * How a form prints.
     *
     * @param tasks added up by what they use
     */
    public record Kinds<S>(
            PrintedArray.Kind<ShownAgent, Integer> agents,
            PrintedArray.Kind<Task, S> tasks,
            PrintedArray.Kind<Task, S> unreachableTasks,
            PrintedArray.Kind<Task, S> completedTasks,
            PrintedArray.Kind<Executor, S> executors,
            PrintedArray.Kind<Offer, S> offers) {

        /** The same, only added up. */
        Kinds<S> unprinted() {
            return new Kinds<>(
                    agents.unprinted(),
                    tasks.unprinted(),
                    unreachableTasks.unprinted(),
                    completedTasks.unprinted(),
                    executors.unprinted(),
                    offers.unprinted());
        }
    }

    /** What belongs to a framework. */
    public record OfFramework<S>(
            PrintedArray<Task, S> tasks,
            PrintedArray<Task, S> unreachableTasks,
            PrintedArray<Task, S> completedTasks,
            PrintedArray<Executor, S> executors,
            PrintedArray<Offer, S> offers) {

        OfFramework(Kinds<S> kinds) {
            this(
                    new PrintedArray<>(kinds.tasks()),
                    new PrintedArray<>(kinds.unreachableTasks()),
                    new PrintedArray<>(kinds.completedTasks()),
                    new PrintedArray<>(kinds.executors()),
                    new PrintedArray<>(kinds.offers()));
        }
    }

    public PrintedArray<ShownAgent, Integer> agents() {
        return agents;
    }

    public OfFramework<S> of(FrameworkId id) {
        return frameworks.computeIfAbsent(id, any -> new OfFramework<>(kinds));
    }

    /** Forgets all frameworks that are not in the answer. */
    public void retain(Set<FrameworkId> ids) {
        frameworks.keySet().retainAll(ids);
    }
}
