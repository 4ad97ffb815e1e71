package io.stoa.agent.executor;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.CallReader;
import io.stoa.http.call.MediaType;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.executor.Protos.Call;

/** {@code POST /api/v1/executor}: checks a request in Mesos' order, then hands the call to its executor. */
public final class ExecutorHttpHandler implements HttpHandler {

    private final LiveExecutors executors;
    private final Supplier<AgentInfo> agent;
    private final Executor thread;

    /**
     * @param agent what the agent says of itself; asked on its thread
     * @param thread the agent's own
     */
    public ExecutorHttpHandler(LiveExecutors executors, Supplier<AgentInfo> agent, Executor thread) {
        this.executors = executors;
        this.agent = agent;
        this.thread = thread;
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        CallReader.read(request, reply, Call.newBuilder()).ifPresent(call -> handle(call.build(), request, reply));
    }

    private void handle(Call call, HttpRequest request, HttpReply reply) {
        Optional<String> error = ExecutorCallRules.invalidity(call);
        if (error.isPresent()) {
            CallReader.refuse(reply, "Failed to validate Executor::Call: " + error.get());
        } else if (call.getType() == Call.Type.HEARTBEAT) {
            reply.send(HttpResponse.empty(202));
        } else if (call.getType() == Call.Type.SUBSCRIBE) {
            CallReader.accepted(request, reply)
                    .ifPresent(type -> thread.execute(() -> find(call, reply)
                            .ifPresent(executor -> subscribe(executor, call.getSubscribe(), type, reply))));
        } else {
            thread.execute(() -> find(call, reply).ifPresent(executor -> handle(executor, call, reply)));
        }
    }

    /** Whose call it is; empty where the request has been refused. */
    private Optional<CustomExecutor> find(Call call, HttpReply reply) {
        String frameworkId = call.getFrameworkId().getValue();
        Optional<CustomExecutor> executor = executors
                .find(frameworkId, call.getExecutorId().getValue())
                .filter(CustomExecutor.class::isInstance)
                .map(CustomExecutor.class::cast);
        if (executor.isEmpty()) {
            CallReader.refuse(
                    reply,
                    executors.knowsFramework(frameworkId) ? "Executor cannot be found" : "Framework cannot be found");
        }
        return executor;
    }

    private void subscribe(CustomExecutor executor, Call.Subscribe call, MediaType type, HttpReply reply) {
        ExecutorStream stream =
                new HttpExecutorStream(type, reply, closed -> thread.execute(() -> executor.disconnected(closed)));
        executor.subscribe(call, stream, agent.get());
    }

    private void handle(CustomExecutor executor, Call call, HttpReply reply) {
        if (!executor.hasSubscribed()) {
            reply.send(HttpResponse.text(403, "Executor is not subscribed"));
            return;
        }
        switch (call.getType()) {
            case UPDATE -> executor.updated(call.getUpdate().getStatus());
            case MESSAGE -> executors.tell(executor.run(), call.getMessage().getData());
            default -> {
                reply.send(HttpResponse.text(501, "501 Not Implemented."));
                return;
            }
        }
        reply.send(HttpResponse.empty(202));
    }
}
