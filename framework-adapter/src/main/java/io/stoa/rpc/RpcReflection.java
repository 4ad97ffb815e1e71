package io.stoa.rpc;

import io.grpc.BindableService;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;
import java.util.stream.Stream;

/** What lets tools such as grpcurl ask a server what it serves. */
public final class RpcReflection {

    private RpcReflection() {}

    /** Reflection of version 1, and of 1alpha, which most tools ask for first. */
    @SuppressWarnings("deprecation") // The older version is what it is there for.
    public static List<BindableService> services() {
        return Stream.of(ProtoReflectionServiceV1.newInstance(), ProtoReflectionService.newInstance())
                .map(BindableService::bindService)
                .map(MalformedRequests::keptFrom)
                .<BindableService>map(service -> () -> service)
                .toList();
    }
}
