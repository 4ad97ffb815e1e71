package io.stoa.rpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import java.util.List;

/** gRPC's health service: a master serves as long as it leads. Load balancers then choose the one that does. */
public final class RpcHealth {

    private static final List<String> SERVICES = List.of(
            HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
            ClusterServiceGrpc.SERVICE_NAME,
            SchedulerServiceGrpc.SERVICE_NAME);

    private final HealthStatusManager statuses = new HealthStatusManager();

    public RpcHealth() {
        leads(false);
    }

    public BindableService service() {
        ServerServiceDefinition service =
                MalformedRequests.keptFrom(statuses.getHealthService().bindService());
        return () -> service;
    }

    /** From now on. */
    public void leads(boolean leading) {
        ServingStatus status = leading ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        SERVICES.forEach(service -> statuses.setStatus(service, status));
    }
}
