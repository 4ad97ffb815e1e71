package io.stoa.rpc.cluster;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.WatchRequest;

/** The service as it is generated, but that changes are sent as they were encoded once for all watchers. */
final class WatchBinding {

    private WatchBinding() {}

    static ServerServiceDefinition bind(
            ServerServiceDefinition generated,
            ServerCalls.ServerStreamingMethod<WatchRequest, EncodedChanges> handler) {
        MethodDescriptor<WatchRequest, EncodedChanges> watch = ClusterServiceGrpc.getWatchMethod().toBuilder(
                        ClusterServiceGrpc.getWatchMethod().getRequestMarshaller(), EncodedChanges.MARSHALLER)
                .build();
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(ClusterServiceGrpc.SERVICE_NAME)
                .setSchemaDescriptor(generated.getServiceDescriptor().getSchemaDescriptor())
                .addMethod(watch);
        generated.getMethods().stream()
                .filter(method -> !isWatch(method))
                .forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build())
                .addMethod(watch, ServerCalls.asyncServerStreamingCall(handler));
        generated.getMethods().stream().filter(method -> !isWatch(method)).forEach(service::addMethod);
        return service.build();
    }

    private static boolean isWatch(ServerMethodDefinition<?, ?> method) {
        return method.getMethodDescriptor()
                .getFullMethodName()
                .equals(ClusterServiceGrpc.getWatchMethod().getFullMethodName());
    }
}
