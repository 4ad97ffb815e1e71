package io.stoa.rpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Kind;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.proto.v1.WatchRequest;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.mesos.v1.Protos.TaskState;

/** Whatever happens: a client with a snapshot that applies what it is told of has the state's picture, always. */
class WatchProperties {

    private static final List<Selection> SELECTIONS = List.of(
            Selection.getDefaultInstance(),
            Selection.newBuilder().addKinds(Kind.AGENTS).addAgentIds("a1").build(),
            Selection.newBuilder()
                    .addKinds(Kind.TASKS)
                    .addKinds(Kind.ROLES)
                    .addSchedulerIds("s1")
                    .build(),
            Selection.newBuilder().addSchedulerIds("s2").addAgentIds("a2").build());

    @Property(tries = 60)
    void aClientThatAppliesChangesHasTheStatesPicture(@ForAll("histories") List<StateTransaction> history)
            throws Exception {
        try (Cluster cluster = new Cluster();
                RpcServer server = new RpcServer()) {
            Map<Long, ClusterSnapshot> published = new ConcurrentHashMap<>();
            cluster.state.addListener(
                    (snapshot, changes) -> published.put(snapshot.version().value(), snapshot));
            server.leading(cluster);
            ManagedChannel channel = server.channel();
            int half = history.size() / 2;
            List<Client> clients = new ArrayList<>();
            join(channel, clients);
            history.subList(0, half).forEach(cluster::commit);
            join(channel, clients);
            history.subList(half, history.size()).forEach(cluster.state::commit);
            // One more that changes something, so that all before it is durable.
            cluster.with(Cluster.framework("last"));
            join(channel, clients);
            for (Client client : clients) {
                client.readUpTo(cluster.snapshot().version().value(), published);
                assertThat(client.picture).isEqualTo(Picture.of(cluster.snapshot(), client.scope));
            }
        }
    }

    private static void join(ManagedChannel channel, List<Client> clients) {
        for (Selection selection : SELECTIONS) {
            clients.add(new Client(channel, selection, Integer.MAX_VALUE));
            clients.add(new Client(channel, selection, 1));
        }
    }

    /** Takes a snapshot and watches. */
    private static final class Client {

        private final Picture picture = new Picture();
        private final Scope scope;
        private final Reader<WatchRequest, Changes> reader;

        Client(ManagedChannel channel, Selection selection, int asked) {
            scope = Scope.of(selection);
            ClusterServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .snapshot(
                            SnapshotRequest.newBuilder().setSelection(selection).build())
                    .forEachRemaining(picture::add);
            reader = new Reader<>(asked);
            ClusterServiceGrpc.newStub(channel)
                    .watch(
                            WatchRequest.newBuilder()
                                    .setVersion(picture.version)
                                    .setSelection(selection)
                                    .build(),
                            reader);
        }

        void readUpTo(long version, Map<Long, ClusterSnapshot> published) throws InterruptedException {
            do {
                picture.apply(reader.next());
                reader.ask(1);
                ClusterSnapshot snapshot = published.get(picture.version);
                if (snapshot != null) {
                    assertThat(picture).isEqualTo(Picture.of(snapshot, scope));
                }
            } while (picture.version < version);
        }
    }

    @Provide
    Arbitrary<List<StateTransaction>> histories() {
        return Combinators.combine(
                        Arbitraries.of(CommitMode.class),
                        mutations().list().ofMinSize(1).ofMaxSize(4))
                .as((mode, mutations) -> new StateTransaction(
                        new io.stoa.state.model.StateVersion(0), ConflictPolicy.RESOURCE_FIT, mode, mutations))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    private static Arbitrary<StateMutation> mutations() {
        Arbitrary<String> agents = Arbitraries.of("a1", "a2", "a3");
        Arbitrary<String> schedulers = Arbitraries.of("s1", "s2");
        Arbitrary<String> tasks = Arbitraries.of("t1", "t2", "t3", "t4");
        Arbitrary<String> roles = Arbitraries.of("*", "ads", "web/shop");
        return Arbitraries.frequencyOf(
                Tuple.of(
                        12,
                        Combinators.combine(schedulers, tasks, agents, Arbitraries.of("cpus:1;mem:10", "cpus:0.5"))
                                .as(Cluster::task)),
                Tuple.of(
                        8,
                        Combinators.combine(
                                        schedulers,
                                        tasks,
                                        Arbitraries.of(
                                                TaskState.TASK_RUNNING,
                                                TaskState.TASK_FINISHED,
                                                TaskState.TASK_UNREACHABLE))
                                .as(Cluster::status)),
                Tuple.of(
                        2,
                        Combinators.combine(
                                        schedulers,
                                        tasks,
                                        Arbitraries.of(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED))
                                .as((scheduler, task, state) ->
                                        new StateMutation.AdvanceTaskState(Cluster.key(scheduler, task), state))),
                Tuple.of(
                        3,
                        Combinators.combine(schedulers, tasks)
                                .as((scheduler, task) -> new StateMutation.RemoveTask(Cluster.key(scheduler, task)))),
                Tuple.of(
                        6,
                        Combinators.combine(agents, Arbitraries.of("cpus:4;mem:50", "cpus:2;cpus(ads):2;mem:20"))
                                .as(Cluster::agent)),
                Tuple.of(4, agents.map(WatchProperties::reservation)),
                Tuple.of(1, agents.map(id -> new StateMutation.MarkAgentUnreachable(Cluster.agentId(id), 5))),
                Tuple.of(1, agents.map(id -> new StateMutation.RemoveAgent(Cluster.agentId(id)))),
                Tuple.of(1, agents.map(id -> new StateMutation.MarkAgentGone(Cluster.agentId(id), 6))),
                Tuple.of(1, agents.map(id -> new StateMutation.ForgetAgent(Cluster.agentId(id)))),
                Tuple.of(6, schedulers.map(id -> Cluster.framework(id, "ads", "web/shop"))),
                Tuple.of(1, schedulers.map(id -> new StateMutation.RemoveFramework(Cluster.frameworkId(id)))),
                Tuple.of(
                        2,
                        Arbitraries.maps(roles, Arbitraries.of(0.5, 1.0, 3.0))
                                .map(weights -> new StateMutation.UpdateWeights(new TreeMap<>(weights)))),
                Tuple.of(
                        2,
                        roles.map(role -> new StateMutation.SetQuota(
                                role,
                                new Quota(
                                        ResourceQuantities.of(Map.of("cpus", 1_000L)),
                                        ResourceLimits.of(Map.of("cpus", 3_000L))),
                                true))),
                Tuple.of(2, roles.map(StateMutation.RemoveQuota::new)));
    }

    private static StateMutation reservation(String agent) {
        return new StateMutation.ConvertResources(
                Cluster.agentId(agent),
                List.of(new Conversion(
                        Resources.parse("cpus:1"),
                        Resources.of(List.of(io.stoa.mesos.TestResources.reserved("cpus", 1, "ads"))))),
                Optional.empty());
    }
}
