package io.stoa.rpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.ListAgentsRequest;
import io.stoa.proto.v1.ListTasksRequest;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.proto.v1.WatchRequest;
import io.stoa.rpc.RawCalls;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is served beside the scheduler service. */
class MalformedReadsTest {

    private final Cluster cluster = new Cluster().with(Cluster.agent("a1", "cpus:1"));
    private final RpcServer server = new RpcServer().leading(cluster);
    private final ManagedChannel channel = server.channel();

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    static Stream<MethodDescriptor<?, ?>> methods() {
        return Stream.of(
                        ClusterServiceGrpc.getServiceDescriptor(),
                        HealthGrpc.getServiceDescriptor(),
                        ServerReflectionGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void whatIsNoMessageIsAnInvalidArgument(MethodDescriptor<?, ?> method) throws Exception {
        Status status = RawCalls.send(channel, method, Optional.of(new byte[] {-1, -1, -1, 7, 7}));
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription())
                .startsWith("request: ")
                .endsWith("(expected: the input of " + method.getFullMethodName() + ")");
        assertThatItStillServes();
    }

    @Test
    void whatLacksARequiredFieldIsAnInvalidArgument() throws Exception {
        byte[] attributeWithoutName = {0x22, 0};
        Status status =
                RawCalls.send(channel, ClusterServiceGrpc.getListAgentsMethod(), Optional.of(attributeWithoutName));
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("missing required fields: attributes[0].name");
        assertThatItStillServes();
    }

    @Test
    void whoMayAskManyTimesMayAskNothing() throws Exception {
        assertThat(RawCalls.send(channel, ServerReflectionGrpc.getServerReflectionInfoMethod(), Optional.empty()))
                .isEqualTo(Status.OK);
        assertThat(RawCalls.send(channel, ClusterServiceGrpc.getListRolesMethod(), Optional.empty())
                        .getDescription())
                .isEqualTo("request: none (expected: the input of stoa.v1.ClusterService/ListRoles)");
    }

    static Stream<Arguments> valuesThatNobodyKnows() {
        Selection kind = RawCalls.with(Selection.newBuilder(), Selection.KINDS_FIELD_NUMBER, 99)
                .build();
        String kinds = "selection.kinds: 99 (expected: some of AGENTS, TASKS, SCHEDULERS, ROLES)";
        return Stream.of(
                Arguments.of(
                        ClusterServiceGrpc.getSnapshotMethod(),
                        SnapshotRequest.newBuilder().setSelection(kind).build(),
                        kinds),
                Arguments.of(
                        ClusterServiceGrpc.getWatchMethod(),
                        WatchRequest.newBuilder()
                                .setVersion(0)
                                .setSelection(kind)
                                .build(),
                        kinds),
                Arguments.of(
                        ClusterServiceGrpc.getSnapshotMethod(),
                        RawCalls.with(SnapshotRequest.newBuilder(), SnapshotRequest.VIEW_FIELD_NUMBER, 2)
                                .build(),
                        "view: 2 (expected: one of BASIC, FULL)"),
                Arguments.of(
                        ClusterServiceGrpc.getListAgentsMethod(),
                        RawCalls.with(ListAgentsRequest.newBuilder(), ListAgentsRequest.STATE_FIELD_NUMBER, -1)
                                .build(),
                        "state: -1 (expected: one of UNKNOWN, REGISTERED, UNREACHABLE)"),
                Arguments.of(
                        ClusterServiceGrpc.getListTasksMethod(),
                        RawCalls.with(ListTasksRequest.newBuilder(), ListTasksRequest.STATES_FIELD_NUMBER, 77)
                                .build(),
                        "states: 77 (expected: some of TASK_STAGING, "));
    }

    @ParameterizedTest
    @MethodSource("valuesThatNobodyKnows")
    void aNumberThatIsNoValueOfItsEnumIsNotTakenForTheDefault(
            MethodDescriptor<?, ?> method, MessageLite request, String message) throws Exception {
        Status status = RawCalls.send(channel, method, Optional.of(request.toByteArray()));
        assertThat(status.getDescription()).startsWith(message);
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThatItStillServes();
    }

    /** What later versions say besides is not for this one. */
    @Test
    void fieldsThatNobodyKnowsAreIgnored() throws Exception {
        ListAgentsRequest request =
                RawCalls.with(ListAgentsRequest.newBuilder(), 1_000, 1).build();
        assertThat(RawCalls.send(channel, ClusterServiceGrpc.getListAgentsMethod(), Optional.of(request.toByteArray())))
                .isEqualTo(Status.OK);
    }

    private void assertThatItStillServes() {
        assertThat(ClusterServiceGrpc.newBlockingStub(channel)
                        .listAgents(ListAgentsRequest.getDefaultInstance())
                        .getAgentsCount())
                .isEqualTo(1);
    }
}
