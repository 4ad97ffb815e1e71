package io.stoa.agent.http;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.LiveContainer;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpResponse;
import io.stoa.time.Time;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.agent.Protos.Call;

/** The calls that attach to containers. */
final class StreamCalls {

    private final Containers containers;
    private final ContainerOrders orders;
    private final Time time;
    private final Executor threads;

    /** @param threads where attaching, and what is said to a container, may block as long as it likes */
    StreamCalls(Containers containers, ContainerOrders orders, Time time, Executor threads) {
        this.containers = containers;
        this.orders = orders;
        this.time = time;
        this.threads = threads;
    }

    Executor threads() {
        return threads;
    }

    Optional<LiveContainer> find(ContainerID id) {
        return containers.find(ContainerId.of(id)).filter(LiveContainer::isLive);
    }

    static HttpResponse unknown(ContainerID id) {
        return HttpResponse.text(404, "Container " + ContainerId.of(id) + " cannot be found");
    }

    void answer(Call call, RequestForms forms, HttpReply reply) {
        if (call.getType() == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION) {
            launch(call.getLaunchNestedContainerSession(), forms, reply);
            return;
        }
        ContainerID id = call.getAttachContainerOutput().getContainerId();
        Optional<LiveContainer> container = find(id);
        if (container.isPresent()) {
            attach(
                    container.get(),
                    new OutputAnswer(forms, reply, time, false, container.get().end()),
                    reply);
        } else {
            reply.send(unknown(id));
        }
    }

    private void attach(LiveContainer container, OutputAnswer answer, HttpReply reply) {
        try {
            threads.execute(() -> {
                try {
                    ContainerIo io = container.attach(answer);
                    answer.begin();
                    answer.closed().thenRun(io::close);
                } catch (IOException e) {
                    reply.send(HttpResponse.text(500, String.valueOf(e.getMessage())));
                    answer.closed().complete(null);
                }
            });
        } catch (RejectedExecutionException e) {
            reply.send(HttpResponse.text(503, "Too many containers are attached"));
            answer.closed().complete(null);
        }
    }

    /** The container lives no longer than its client listens. */
    private void launch(Call.LaunchNestedContainerSession call, RequestForms forms, HttpReply reply) {
        orders.launch(ContainerOrders.Order.of(call)).whenComplete((response, failure) -> {
            Optional<LiveContainer> container = find(call.getContainerId());
            if (failure != null) {
                reply.send(HttpResponse.text(500, "Failed to launch: " + failure.getMessage()));
            } else if (response.status() != 200) {
                reply.send(response);
            } else if (container.isEmpty()) {
                reply.send(unknown(call.getContainerId()));
            } else {
                OutputAnswer answer = new OutputAnswer(
                        forms, reply, time, true, container.get().end());
                answer.closed().thenRun(() -> container.get().kill(0));
                attach(container.get(), answer, reply);
            }
        });
    }
}
