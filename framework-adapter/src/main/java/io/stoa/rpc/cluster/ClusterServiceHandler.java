package io.stoa.rpc.cluster;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.DescribeAgentsRequest;
import io.stoa.proto.v1.DescribeAgentsResponse;
import io.stoa.proto.v1.DescribeRolesRequest;
import io.stoa.proto.v1.DescribeRolesResponse;
import io.stoa.proto.v1.DescribeSchedulersRequest;
import io.stoa.proto.v1.DescribeSchedulersResponse;
import io.stoa.proto.v1.DescribeTasksRequest;
import io.stoa.proto.v1.DescribeTasksResponse;
import io.stoa.rpc.RpcDoor;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Where readers of the cluster come in. */
public final class ClusterServiceHandler extends ClusterServiceGrpc.ClusterServiceImplBase {

    private final RpcDoor<ClusterDesk> door = new RpcDoor<>();

    /** This master leads from now on. */
    public void lead(ClusterDesk desk) {
        door.lead(desk);
    }

    /** @param leader {@code host:port} of the master that leads from now on; empty where nobody knows */
    public void follow(Optional<String> leader) {
        door.follow(leader);
    }

    @Override
    public void describeAgents(DescribeAgentsRequest request, StreamObserver<DescribeAgentsResponse> response) {
        answer(response, desk -> new Descriptions(desk).agents(request));
    }

    @Override
    public void describeTasks(DescribeTasksRequest request, StreamObserver<DescribeTasksResponse> response) {
        answer(response, desk -> new Descriptions(desk).tasks(request));
    }

    @Override
    public void describeSchedulers(
            DescribeSchedulersRequest request, StreamObserver<DescribeSchedulersResponse> response) {
        answer(response, desk -> new Descriptions(desk).schedulers(request));
    }

    @Override
    public void describeRoles(DescribeRolesRequest request, StreamObserver<DescribeRolesResponse> response) {
        answerLater(response, desk -> new Descriptions(desk).roles(request));
    }

    private <R> void answer(StreamObserver<R> response, Function<ClusterDesk, R> answer) {
        answer(response, answer, Runnable::run);
    }

    /** Not on the event loop, since it takes long. */
    private <R> void answerLater(StreamObserver<R> response, Function<ClusterDesk, R> answer) {
        try {
            answer(response, answer, door.enter().reads());
        } catch (StatusRuntimeException e) {
            response.onError(e);
        }
    }

    private <R> void answer(StreamObserver<R> response, Function<ClusterDesk, R> answer, Executor executor) {
        executor.execute(() -> {
            R message;
            try {
                message = answer.apply(door.enter());
            } catch (StatusRuntimeException e) {
                response.onError(e);
                return;
            }
            response.onNext(message);
            response.onCompleted();
        });
    }
}
