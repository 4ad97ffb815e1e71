package io.stoa.state;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.OperationKey;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RequestKey;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.Author;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * Histories in which few agents, frameworks and tasks meet often: most transactions matter to each other, many
 * conflict.
 */
final class RandomHistories {

    static final List<String> ROLES = List.of("*", "ads", "ads/video", "web", "web/shop");

    /** Stands for the generation that a framework has. */
    private static final StateVersion NEWEST = new StateVersion(1_000_000);

    private static final Resources DISK = Fixtures.reserved("disk:10", "ads");
    private static final Resources VOLUME = Fixtures.volume(DISK, "own", false);
    private static final Resources SHARED_VOLUME = Fixtures.volume(DISK, "common", true);

    private static final List<Resources> AMOUNTS = List.of(
            Resources.parse("cpus:0.1;mem:10"),
            Resources.parse("cpus:1;ports:[1-5]"),
            Resources.parse("cpus:2.5;ports:[4-9]"),
            Resources.parse("cpus(ads):1"),
            Resources.parse("cpus(ads/video):0.5;mem:3"),
            Resources.parse("mem:64"),
            Resources.parse("cpus:0"),
            Resources.parse("set:{a}"),
            VOLUME,
            SHARED_VOLUME,
            SHARED_VOLUME.plus(Resources.parse("cpus:0.1")));
    private static final List<String> TOTALS = List.of(
            "cpus:4;mem:256;disk:20;ports:[1-20]",
            "cpus:2;cpus(ads):2;cpus(ads/video):1;mem:64;disk:10;ports:[1-9];set:{a,b}",
            "cpus:0.3;mem:32");

    private static final List<Conversion> CONVERSIONS = List.of(
            reservation("cpus:1"),
            reservation("mem:10"),
            unreservation("cpus:1"),
            unreservation("mem:10"),
            reservation("ports:[1-3]"),
            reservation("disk:10"),
            new Conversion(DISK, VOLUME),
            new Conversion(VOLUME, DISK),
            new Conversion(DISK, SHARED_VOLUME),
            new Conversion(SHARED_VOLUME, DISK));

    private RandomHistories() {}

    private static Conversion reservation(String resources) {
        return new Conversion(Resources.parse(resources), Fixtures.reserved(resources, "ads"));
    }

    private static Conversion unreservation(String resources) {
        return new Conversion(Fixtures.reserved(resources, "ads"), Resources.parse(resources));
    }

    static Arbitrary<List<StateTransaction>> histories() {
        return transactions().list().ofMinSize(1).ofMaxSize(60);
    }

    private static Arbitrary<StateTransaction> transactions() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.of(ConflictPolicy.class),
                        Arbitraries.of(CommitMode.class),
                        mutations().list().ofMinSize(1).ofMaxSize(4),
                        authors().optional(0.5),
                        keys().optional(0.5))
                .as((base, policy, mode, mutations, author, key) -> new StateTransaction(
                        new StateVersion(base),
                        policy,
                        mode,
                        mutations,
                        author,
                        author.isPresent() ? key : Optional.empty()));
    }

    private static Arbitrary<Author> authors() {
        return Combinators.combine(
                        frameworks(), Arbitraries.frequency(Tuple.of(9, NEWEST), Tuple.of(1, new StateVersion(1))))
                .as(Author::new);
    }

    private static Arbitrary<RequestKey> keys() {
        return Combinators.combine(
                        Arbitraries.of("k1", "k2", "k3", "k4", "k5", "k6"),
                        Arbitraries.frequency(Tuple.of(9, 1L), Tuple.of(1, 2L)))
                .as(RequestKey::new);
    }

    /** The transaction as it is asked of that state: authors know their generation, but for some. */
    static StateTransaction asked(StateTransaction transaction, ClusterState state) {
        Author author = transaction.author().orElse(null);
        if (author == null || !author.generation().equals(NEWEST)) {
            return transaction;
        }
        return state.framework(author.frameworkId())
                .map(framework -> transaction.by(new Author(framework.id(), framework.generation())))
                .orElse(transaction);
    }

    private static Arbitrary<StateMutation> mutations() {
        return Arbitraries.frequencyOf(
                Tuple.of(12, claims()),
                Tuple.of(2, claims().map(StateMutation.TakeBack::new)),
                Tuple.of(8, updates()),
                Tuple.of(
                        2,
                        Combinators.combine(tasks(), Arbitraries.of(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED))
                                .as(StateMutation.AdvanceTaskState::new)),
                Tuple.of(8, conversions()),
                Tuple.of(
                        1,
                        Combinators.combine(operations(), Arbitraries.integers().between(0, 2))
                                .as((key, uuid) -> new StateMutation.AcknowledgeOperation(key, Fixtures.uuid(uuid)))),
                Tuple.of(2, tasks().map(StateMutation.KillTask::new)),
                Tuple.of(3, tasks().map(StateMutation.RemoveTask::new)),
                Tuple.of(1, tasks().map(StateMutation.ForgetUnreachableTask::new)),
                Tuple.of(2, executors().map(StateMutation.RemoveExecutor::new)),
                Tuple.of(
                        6,
                        Combinators.combine(agents(), Arbitraries.of(TOTALS))
                                .as((agent, total) -> Fixtures.agent(agent, total))),
                Tuple.of(1, agents().map(agent -> new StateMutation.MarkAgentUnreachable(agent, 5))),
                Tuple.of(1, agents().map(StateMutation.RemoveAgent::new)),
                Tuple.of(1, agents().map(agent -> new StateMutation.MarkAgentGone(agent, 6))),
                Tuple.of(1, agents().map(StateMutation.ForgetAgent::new)),
                Tuple.of(3, activations()),
                Tuple.of(6, frameworks().map(Fixtures::framework)),
                Tuple.of(
                        1,
                        frameworks()
                                .map(id -> new StateMutation.UpdateFramework(
                                        id,
                                        Fixtures.framework(id).info().toBuilder()
                                                .setHostname("other")
                                                .build()))),
                Tuple.of(1, frameworks().map(StateMutation.RemoveFramework::new)),
                Tuple.of(4, roleChanges()));
    }

    private static Arbitrary<StateMutation.Claim> claims() {
        return Combinators.combine(
                        frameworks(),
                        agents(),
                        Arbitraries.of("t1", "t2", "t3", "t4"),
                        Arbitraries.of(AMOUNTS),
                        Arbitraries.of("", "e1", "e2"),
                        Arbitraries.of(ROLES))
                .as((framework, agent, id, amount, executor, role) -> {
                    TaskInfo task = Fixtures.task(agent, id, amount);
                    return new StateMutation.Claim(
                            framework,
                            agent,
                            role,
                            executor.isEmpty() ? task : Fixtures.withExecutor(task, executor, "cpus:0.1"));
                });
    }

    private static Arbitrary<StateMutation> activations() {
        return Arbitraries.oneOf(
                agents().map(StateMutation.DeactivateAgent::new),
                agents().map(StateMutation.ReactivateAgent::new),
                agents().map(StateMutation.ReactivateAgent::new),
                agents().map(StateMutation.FinishDrain::new),
                Combinators.combine(
                                agents(),
                                Arbitraries.of(OptionalLong.empty(), OptionalLong.of(0), OptionalLong.of(3_000)),
                                Arbitraries.of(true, false))
                        .as((agent, maxGraceNs, markGone) ->
                                new StateMutation.DrainAgent(agent, maxGraceNs, markGone, 7)));
    }

    private static Arbitrary<StateMutation> conversions() {
        return Combinators.combine(
                        agents(),
                        Arbitraries.of(CONVERSIONS).list().ofMaxSize(2),
                        operations().optional(),
                        Arbitraries.integers().between(0, 2))
                .as((agent, conversions, key, uuid) -> new StateMutation.ConvertResources(
                        agent, conversions, key.map(each -> Fixtures.operation(each, agent, uuid))));
    }

    private static Arbitrary<OperationKey> operations() {
        return Combinators.combine(frameworks(), Arbitraries.of("o1", "o2")).as(OperationKey::new);
    }

    private static Arbitrary<StateMutation> updates() {
        return Combinators.combine(
                        tasks(),
                        Arbitraries.of(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED, TaskState.TASK_UNREACHABLE),
                        Arbitraries.integers().between(0, 5))
                .as((task, state, uuid) ->
                        new StateMutation.UpdateTaskStatus(task, Fixtures.status(task.taskId(), state, uuid)));
    }

    private static Arbitrary<StateMutation> roleChanges() {
        Arbitrary<String> roles = Arbitraries.of(ROLES);
        Arbitrary<Boolean> force = Arbitraries.of(true, false);
        return Arbitraries.oneOf(
                Arbitraries.maps(roles, Arbitraries.of(0.5, 1.0, 3.0, 0.0))
                        .map(weights -> new StateMutation.UpdateWeights(new TreeMap<>(weights))),
                Combinators.combine(Arbitraries.maps(roles, quotas()).ofMaxSize(2), force)
                        .as((quotas, forced) -> new StateMutation.UpdateQuotas(new TreeMap<>(quotas), forced)),
                Combinators.combine(roles, quotas(), force).as(StateMutation.SetQuota::new),
                roles.map(StateMutation.RemoveQuota::new));
    }

    private static Arbitrary<Quota> quotas() {
        return Arbitraries.of(
                Quota.NONE,
                Fixtures.quota(Map.of("cpus", 1_000L), Map.of("cpus", 2_000L, "mem", 0L)),
                Fixtures.quota(Map.of("cpus", 3_000L, "mem", 64_000L), Map.of()),
                Fixtures.quota(Map.of(), Map.of("ports", 3_000L)));
    }

    private static Arbitrary<TaskKey> tasks() {
        return Combinators.combine(frameworks(), Arbitraries.of("t1", "t2", "t3", "t4"))
                .as(TaskKey::new);
    }

    private static Arbitrary<ExecutorKey> executors() {
        return Combinators.combine(agents(), frameworks(), Arbitraries.of("e1", "e2"))
                .as(ExecutorKey::new);
    }

    private static Arbitrary<AgentId> agents() {
        return Arbitraries.of("a1", "a2", "a3").map(AgentId::new);
    }

    private static Arbitrary<FrameworkId> frameworks() {
        return Arbitraries.of("f1", "f2").map(FrameworkId::new);
    }
}
