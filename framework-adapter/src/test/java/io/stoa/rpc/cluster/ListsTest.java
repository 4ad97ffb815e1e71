package io.stoa.rpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import io.stoa.proto.v1.ListAgentsRequest;
import io.stoa.proto.v1.ListAgentsResponse;
import io.stoa.proto.v1.ListRolesRequest;
import io.stoa.proto.v1.ListSchedulersRequest;
import io.stoa.proto.v1.ListTasksRequest;
import io.stoa.proto.v1.ListTasksResponse;
import io.stoa.proto.v1.Role;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.Task;
import io.stoa.proto.v1.View;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListsTest {

    private final Cluster cluster = new Cluster()
            .with(
                    Cluster.agent("a3", "cpus:4;mem:100", "east"),
                    Cluster.agent("a1", "cpus:8;mem:100", "west"),
                    Cluster.agent("a2", "cpus:4;mem:100", "east"),
                    new StateMutation.MarkAgentUnreachable(Cluster.agentId("a2"), 7),
                    Cluster.framework("s2", "ops"),
                    Cluster.framework("s1", "eng/web", "ops"))
            .with(IntStream.range(0, 7)
                    .mapToObj(i -> Cluster.task("s" + (1 + i % 2), "t" + i, i == 6 ? "a3" : "a1", "ops", "cpus:1"))
                    .toArray(StateMutation[]::new))
            .with(Cluster.status("s1", "t0", TaskState.TASK_RUNNING));
    private final RpcServer server = new RpcServer().leading(cluster);
    private ClusterServiceBlockingStub stub;

    @BeforeEach
    void connect() {
        stub = server.blocking();
    }

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    @Test
    void pagesOfTasksFollowEachOtherWithoutGapOrRepetition() {
        for (int size = 1; size <= 8; size++) {
            List<String> listed = new ArrayList<>();
            ListTasksRequest.Builder request = ListTasksRequest.newBuilder().setPageSize(size);
            ListTasksResponse page = stub.listTasks(request.build());
            while (page.hasNextPageToken()) {
                assertThat(page.getTasksCount()).isEqualTo(size);
                page.getTasksList().forEach(task -> listed.add(task.getSchedulerId() + "/" + task.getTaskId()));
                page = stub.listTasks(
                        request.setPageToken(page.getNextPageToken()).build());
            }
            page.getTasksList().forEach(task -> listed.add(task.getSchedulerId() + "/" + task.getTaskId()));
            assertThat(listed).containsExactly("s1/t0", "s1/t2", "s1/t4", "s1/t6", "s2/t1", "s2/t3", "s2/t5");
        }
    }

    /** What a client takes, and a master has memory for, does not depend on what tasks bring with them. */
    @Test
    void aPageOfLargeTasksHasFewerThanAskedFor() {
        cluster.with(Cluster.framework("large", "ops"));
        for (int i = 0; i < 5; i++) {
            cluster.with(Cluster.task("large", "t" + i, "a1", "ops", "cpus:0.1", 400_000));
        }
        List<Integer> sizes = new ArrayList<>();
        List<String> listed = new ArrayList<>();
        ListTasksRequest.Builder request =
                ListTasksRequest.newBuilder().addSchedulerIds("large").setView(View.FULL);
        ListTasksResponse page = ListTasksResponse.getDefaultInstance();
        do {
            page = stub.listTasks(request.setPageToken(page.getNextPageToken()).build());
            sizes.add(page.getTasksCount());
            page.getTasksList().forEach(task -> listed.add(task.getTaskId()));
        } while (page.hasNextPageToken());
        assertThat(listed).containsExactly("t0", "t1", "t2", "t3", "t4");
        assertThat(sizes).containsExactly(2, 2, 1);
    }

    @Test
    void aPageGoesOnBehindAnEntryThatIsGone() {
        ListAgentsRequest.Builder request = ListAgentsRequest.newBuilder().setPageSize(1);
        ListAgentsResponse first = stub.listAgents(request.build());
        cluster.with(new StateMutation.RemoveAgent(Cluster.agentId("a1")));
        assertThat(stub.listAgents(
                                request.setPageToken(first.getNextPageToken()).build())
                        .getAgentsList())
                .extracting(Agent::getAgentId)
                .containsExactly("a2");
    }

    @Test
    void tasksAreFilteredByAllThatIsSaid() {
        assertThat(tasks(ListTasksRequest.newBuilder().addAgentIds("a3"))).containsExactly("t6");
        assertThat(tasks(ListTasksRequest.newBuilder().addAgentIds("a1").addSchedulerIds("s1")))
                .containsExactly("t0", "t2", "t4");
        assertThat(tasks(ListTasksRequest.newBuilder().addStates(TaskState.TASK_RUNNING)))
                .containsExactly("t0");
        assertThat(tasks(ListTasksRequest.newBuilder().addRoles("eng/web"))).isEmpty();
    }

    private List<String> tasks(ListTasksRequest.Builder request) {
        return stub.listTasks(request.build()).getTasksList().stream()
                .map(Task::getTaskId)
                .toList();
    }

    @Test
    void agentsAreFilteredByStateAttributesAndWhatIsFree() {
        assertThat(agents(ListAgentsRequest.newBuilder())).containsExactly("a1", "a2", "a3");
        assertThat(agents(ListAgentsRequest.newBuilder().setState(Agent.State.UNREACHABLE)))
                .containsExactly("a2");
        assertThat(agents(ListAgentsRequest.newBuilder().addAttributes(Cluster.attribute("zone", "east"))))
                .containsExactly("a2", "a3");
        assertThat(agents(ListAgentsRequest.newBuilder()
                        .addAllFree(Resources.parse("cpus:3;mem:1").toProto())))
                .containsExactly("a3");
    }

    private List<String> agents(ListAgentsRequest.Builder request) {
        return stub.listAgents(request.build()).getAgentsList().stream()
                .map(Agent::getAgentId)
                .toList();
    }

    @Test
    void schedulersAndRolesAreListed() {
        assertThat(stub.listSchedulers(ListSchedulersRequest.newBuilder()
                                .addRoles("eng/web")
                                .build())
                        .getSchedulersList())
                .extracting(Scheduler::getSchedulerId)
                .containsExactly("s1");
        assertThat(stub.listSchedulers(ListSchedulersRequest.newBuilder()
                                .setConnected(true)
                                .build())
                        .getSchedulersList())
                .isEmpty();
        assertThat(stub.listRoles(ListRolesRequest.getDefaultInstance()).getRolesList())
                .extracting(Role::getRole)
                .containsExactly("eng", "eng/web", "ops");
    }

    @Test
    void amountsThatNobodyCanHaveAreRefused() {
        for (double amount : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e-9}) {
            ListAgentsRequest request = ListAgentsRequest.newBuilder()
                    .addFree(Resource.newBuilder()
                            .setName("cpus")
                            .setType(Value.Type.SCALAR)
                            .setScalar(Value.Scalar.newBuilder().setValue(amount)))
                    .build();
            assertThatThrownBy(() -> stub.listAgents(request))
                    .hasMessageStartingWith("INVALID_ARGUMENT: free[0]: cpus: " + amount + " (expected: ");
        }
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThatThrownBy(() -> stub.listAgents(
                        ListAgentsRequest.newBuilder().setPageSize(0).build()))
                .hasMessage("INVALID_ARGUMENT: page_size: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> stub.listAgents(
                        ListAgentsRequest.newBuilder().setPageSize(-1).build()))
                .hasMessage("INVALID_ARGUMENT: page_size: 4294967295 (expected: 1 to 1000)");
        assertThatThrownBy(() -> stub.listTasks(
                        ListTasksRequest.newBuilder().setPageToken("%%%").build()))
                .hasMessageContaining("INVALID_ARGUMENT: page_token: malformed");
        String ofAgents = stub.listAgents(
                        ListAgentsRequest.newBuilder().setPageSize(1).build())
                .getNextPageToken();
        assertThatThrownBy(() -> stub.listTasks(
                        ListTasksRequest.newBuilder().setPageToken(ofAgents).build()))
                .hasMessageContaining("expected: next_page_token of a list of tasks");
    }
}
