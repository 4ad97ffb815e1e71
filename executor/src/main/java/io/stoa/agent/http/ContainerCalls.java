package io.stoa.agent.http;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.LiveContainer;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.CallRules;
import io.stoa.http.call.MediaType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;

/** The calls that launch containers, wait for them, kill and remove them. */
final class ContainerCalls {

    private static final int SIGKILL = 9;

    private final Containers containers;
    private final ContainerOrders orders;
    private final ContainersReport report;

    ContainerCalls(Containers containers, ContainerOrders orders, ContainersReport report) {
        this.containers = containers;
        this.orders = orders;
        this.report = report;
    }

    @SuppressWarnings("deprecation") // The calls on nested containers are what those on all were once.
    Map<Call.Type, CallHandler> handlers() {
        Map<Call.Type, CallHandler> handlers = new EnumMap<>(Call.Type.class);
        handlers.put(Call.Type.GET_CONTAINERS, (call, accepted) -> report.answer(call.getGetContainers(), accepted));
        handlers.put(
                Call.Type.LAUNCH_CONTAINER,
                (call, accepted) -> orders.launch(ContainerOrders.Order.of(call.getLaunchContainer())));
        handlers.put(
                Call.Type.LAUNCH_NESTED_CONTAINER,
                (call, accepted) -> orders.launch(ContainerOrders.Order.of(call.getLaunchNestedContainer())));
        handlers.put(
                Call.Type.WAIT_CONTAINER,
                (call, accepted) -> wait(call.getWaitContainer().getContainerId(), accepted, ContainerCalls::ended));
        handlers.put(
                Call.Type.WAIT_NESTED_CONTAINER,
                (call, accepted) ->
                        wait(call.getWaitNestedContainer().getContainerId(), accepted, ContainerCalls::nestedEnded));
        handlers.put(
                Call.Type.KILL_CONTAINER,
                (call, accepted) -> kill(
                        call.getKillContainer().getContainerId(),
                        call.getKillContainer().hasSignal()
                                ? call.getKillContainer().getSignal()
                                : SIGKILL));
        handlers.put(
                Call.Type.KILL_NESTED_CONTAINER,
                (call, accepted) -> kill(
                        call.getKillNestedContainer().getContainerId(),
                        call.getKillNestedContainer().hasSignal()
                                ? call.getKillNestedContainer().getSignal()
                                : SIGKILL));
        handlers.put(
                Call.Type.REMOVE_CONTAINER,
                (call, accepted) -> remove(call.getRemoveContainer().getContainerId()));
        handlers.put(
                Call.Type.REMOVE_NESTED_CONTAINER,
                (call, accepted) -> remove(call.getRemoveNestedContainer().getContainerId()));
        return handlers;
    }

    private CompletableFuture<HttpResponse> wait(
            ContainerID id, MediaType accepted, Function<End, Response.Builder> answer) {
        Optional<LiveContainer> container = containers.find(ContainerId.of(id));
        return container
                .map(known -> known.end()
                        .thenApply(end -> accepted.answer(answer.apply(end).build())))
                .orElseGet(() -> CompletableFuture.completedFuture(StreamCalls.unknown(id)));
    }

    private static Response.Builder ended(End end) {
        Response.WaitContainer.Builder wait = Response.WaitContainer.newBuilder();
        end.waitStatus().ifPresent(wait::setExitStatus);
        if (end.reason() != null) {
            wait.setState(end.state()).setReason(end.reason()).setMessage(end.message());
        }
        return Response.newBuilder().setType(Response.Type.WAIT_CONTAINER).setWaitContainer(wait);
    }

    @SuppressWarnings("deprecation") // WAIT_NESTED_CONTAINER is what WAIT_CONTAINER was once.
    private static Response.Builder nestedEnded(End end) {
        Response.WaitNestedContainer.Builder wait = Response.WaitNestedContainer.newBuilder();
        end.waitStatus().ifPresent(wait::setExitStatus);
        if (end.reason() != null) {
            wait.setState(end.state()).setReason(end.reason()).setMessage(end.message());
        }
        return Response.newBuilder()
                .setType(Response.Type.WAIT_NESTED_CONTAINER)
                .setWaitNestedContainer(wait);
    }

    private CompletableFuture<HttpResponse> kill(ContainerID id, int signal) {
        Optional<LiveContainer> container = containers.find(ContainerId.of(id)).filter(LiveContainer::isLive);
        container.ifPresent(known -> known.signal(signal));
        return CompletableFuture.completedFuture(
                container.isPresent()
                        ? HttpResponse.empty(200)
                        : HttpResponse.text(
                                404, "Container '" + ContainerId.of(id) + "' cannot be found (or is already killed)"));
    }

    /** Mesos aborts where the container is not nested in another. */
    private CompletableFuture<HttpResponse> remove(ContainerID id) {
        return id.hasParent()
                ? orders.remove(ContainerId.of(id))
                : CompletableFuture.completedFuture(HttpResponse.text(
                        400,
                        CallRules.missing("remove_container.container_id.parent")
                                .orElseThrow()));
    }
}
