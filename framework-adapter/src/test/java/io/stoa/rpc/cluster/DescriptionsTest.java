package io.stoa.rpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import io.stoa.proto.v1.DescribeAgentsRequest;
import io.stoa.proto.v1.DescribeAgentsResponse;
import io.stoa.proto.v1.DescribeRolesRequest;
import io.stoa.proto.v1.DescribeRolesResponse;
import io.stoa.proto.v1.DescribeSchedulersRequest;
import io.stoa.proto.v1.DescribeSchedulersResponse;
import io.stoa.proto.v1.DescribeTasksRequest;
import io.stoa.proto.v1.DescribeTasksResponse;
import io.stoa.proto.v1.TaskName;
import io.stoa.rpc.RpcDoor;
import io.stoa.state.resources.Resources;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DescriptionsTest {

    private final Cluster cluster = new Cluster()
            .with(
                    Cluster.agent("a1", "cpus:4;mem:100;ports:[1-9]", "east"),
                    Cluster.framework("s1", "eng/web"),
                    Cluster.task("s1", "t1", "a1", "eng/web", "cpus:1;mem:10"),
                    Cluster.status("s1", "t1", TaskState.TASK_STARTING),
                    Cluster.status("s1", "t1", TaskState.TASK_RUNNING));
    private final RpcServer server = new RpcServer();
    private ClusterServiceBlockingStub stub;

    @BeforeEach
    void lead() {
        server.leading(cluster);
        stub = server.blocking();
    }

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    @Test
    void agentsAreDescribedAndMissingOnesNamed() {
        DescribeAgentsResponse response = stub.describeAgents(DescribeAgentsRequest.newBuilder()
                .addAgentIds("nobody")
                .addAgentIds("a1")
                .build());
        assertThat(response.getMissingList()).containsExactly("nobody");
        assertThat(response.getVersion()).isEqualTo(cluster.snapshot().version().value());
        Agent agent = response.getAgents(0);
        assertThat(agent.getHostname()).isEqualTo("a1.example");
        assertThat(agent.getState()).isEqualTo(Agent.State.REGISTERED);
        assertThat(agent.getAttributesList()).containsExactly(Cluster.attribute("zone", "east"));
        assertThat(Resources.of(agent.getTotalList())).isEqualTo(Resources.parse("cpus:4;mem:100;ports:[1-9]"));
        assertThat(Resources.of(agent.getFreeList())).isEqualTo(Resources.parse("cpus:3;mem:90;ports:[1-9]"));
        assertThat(agent.getChangedAt()).isEqualTo(response.getVersion());
    }

    @Test
    void tasksAreDescribedInFull() {
        TaskName missing =
                TaskName.newBuilder().setSchedulerId("s2").setTaskId("t1").build();
        DescribeTasksResponse response = stub.describeTasks(DescribeTasksRequest.newBuilder()
                .addTasks(TaskName.newBuilder().setSchedulerId("s1").setTaskId("t1"))
                .addTasks(missing)
                .build());
        assertThat(response.getMissingList()).containsExactly(missing);
        var task = response.getTasks(0);
        assertThat(task.getRole()).isEqualTo("eng/web");
        assertThat(task.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(task.getStatus().getMessage()).isEqualTo("because");
        assertThat(task.getInfo().getCommand().getValue()).isEqualTo("sleep 1000");
        assertThat(task.getStatusesList())
                .extracting(status -> status.getState())
                .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
    }

    @Test
    void schedulersAndRolesAreDescribedWithWhatTheyHave() {
        DescribeSchedulersResponse schedulers = stub.describeSchedulers(DescribeSchedulersRequest.newBuilder()
                .addSchedulerIds("s1")
                .addSchedulerIds("s2")
                .build());
        assertThat(schedulers.getMissingList()).containsExactly("s2");
        assertThat(schedulers.getSchedulers(0).getTasks()).isEqualTo(1);
        assertThat(schedulers.getSchedulers(0).getInfo().getName()).isEqualTo("s1");
        assertThat(schedulers.getSchedulers(0).getGeneration()).isPositive();
        DescribeRolesResponse roles = stub.describeRoles(DescribeRolesRequest.newBuilder()
                .addRoles("eng")
                .addRoles("ops")
                .build());
        assertThat(roles.getMissingList()).containsExactly("ops");
        assertThat(roles.getRoles(0).getWeight()).isEqualTo(1);
        assertThat(roles.getRoles(0).getConsumed().getAmountsMap())
                .containsEntry("cpus", 1.0)
                .containsEntry("mem", 10.0);
    }

    @Test
    void moreThanAHundredAtOnceAreRefused() {
        DescribeAgentsRequest request = DescribeAgentsRequest.newBuilder()
                .addAllAgentIds(IntStream.range(0, 101).mapToObj(i -> "a" + i).toList())
                .build();
        assertThatThrownBy(() -> stub.describeAgents(request))
                .hasMessage("INVALID_ARGUMENT: agent_ids: 101 (expected: at most 100)");
    }

    @Test
    void moreThanClientsTakeInOneAnswerIsRefused() {
        for (int i = 0; i < 8; i++) {
            cluster.with(Cluster.task("s1", "large" + i, "a1", "eng/web", "cpus:0.1", 400_000));
        }
        DescribeTasksRequest.Builder request = DescribeTasksRequest.newBuilder();
        for (int i = 0; i < 7; i++) {
            request.addTasks(TaskName.newBuilder().setSchedulerId("s1").setTaskId("large" + i));
        }
        assertThat(stub.describeTasks(request.build()).getTasksCount()).isEqualTo(7);
        request.addTasks(TaskName.newBuilder().setSchedulerId("s1").setTaskId("large7"));
        assertThatThrownBy(() -> stub.describeTasks(request.build()))
                .hasMessage(
                        "RESOURCE_EXHAUSTED: answer: more than 3145728 bytes (expected: fewer things asked at once)");
    }

    @Test
    void aMasterThatDoesNotLeadNamesTheOneThatDoes() {
        server.cluster.follow(Optional.of("10.0.0.7:5050"));
        assertThatThrownBy(() -> stub.describeAgents(DescribeAgentsRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, error -> {
                    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                    assertThat(error.getTrailers().get(RpcDoor.LEADER)).isEqualTo("10.0.0.7:5050");
                });
        server.cluster.follow(Optional.empty());
        assertThatThrownBy(() -> stub.describeRoles(DescribeRolesRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, error -> {
                    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                    assertThat(error.getTrailers().containsKey(RpcDoor.LEADER)).isFalse();
                });
    }
}
