package io.stoa.rpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.v1.ClusterServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tools and load balancers ask. */
class ReflectionAndHealthTest {

    private final Cluster cluster = new Cluster();
    private final RpcServer server = new RpcServer();

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    @Test
    void aMasterServesAsLongAsItLeads() {
        assertThat(status("")).isEqualTo(ServingStatus.NOT_SERVING);
        server.leading(cluster);
        assertThat(status("")).isEqualTo(ServingStatus.SERVING);
        assertThat(status(ClusterServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
        assertThat(status("stoa.v1.SchedulerService")).isEqualTo(ServingStatus.SERVING);
        server.health.leads(false);
        assertThat(status(ClusterServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.NOT_SERVING);
    }

    private ServingStatus status(String service) {
        return HealthGrpc.newBlockingStub(server.channel())
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    @Test
    void servicesAndMesosTypesCanBeLookedUp() throws Exception {
        ServerReflectionResponse services =
                ask(ServerReflectionRequest.newBuilder().setListServices("*").build());
        assertThat(services.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(
                        "stoa.v1.ClusterService", "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection");
        ServerReflectionResponse service = ask(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("stoa.v1.ClusterService")
                .build());
        assertThat(names(service)).contains("stoa/v1/cluster.proto", "mesos/v1/mesos.proto");
        ServerReflectionResponse mesos = ask(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("mesos.v1.TaskInfo")
                .build());
        assertThat(names(mesos)).contains("mesos/v1/mesos.proto");
    }

    private static List<String> names(ServerReflectionResponse response) throws Exception {
        List<String> names = new ArrayList<>();
        for (ByteString file : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            names.add(FileDescriptorProto.parseFrom(file).getName());
        }
        return names;
    }

    private ServerReflectionResponse ask(ServerReflectionRequest request) throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> questions = ServerReflectionGrpc.newStub(server.channel())
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable error) {
                        answer.completeExceptionally(error);
                    }

                    @Override
                    public void onCompleted() {}
                });
        questions.onNext(request);
        ServerReflectionResponse response = answer.get();
        questions.onCompleted();
        return response;
    }
}
