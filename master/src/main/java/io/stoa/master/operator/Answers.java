package io.stoa.master.operator;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.PiecedBody;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests on the operators' executor. A request that is never answered holds its connection for ever. */
public final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private static final HttpResponse JSON = HttpResponse.json(new byte[0]);

    private final Executor executor;

    /** @param executor where answers are made; one thread */
    Answers(Executor executor) {
        this.executor = executor;
    }

    /** Whatever the method, as in Mesos. */
    HttpHandler json(Function<HttpRequest, PiecedBody> body) {
        return handler((request, reply) -> reply.send(JSON, body.apply(request)));
    }

    HttpHandler of(Function<HttpRequest, HttpResponse> answer) {
        return handler((request, reply) -> reply.send(answer.apply(request)));
    }

    /** For an answer that waits for something to be durable. */
    public HttpHandler later(Function<HttpRequest, CompletableFuture<HttpResponse>> answer) {
        return handler((request, reply) -> send(answer.apply(request), request, reply));
    }

    /** @param answer sends one reply, unless it throws */
    public HttpHandler handler(BiConsumer<HttpRequest, HttpReply> answer) {
        return (request, reply) -> executor.execute(() -> {
            try {
                answer.accept(request, reply);
            } catch (RuntimeException e) {
                reply.send(failed(request, e));
            }
        });
    }

    /** Sends an answer when it is there. */
    public static void send(CompletableFuture<HttpResponse> answer, HttpRequest request, HttpReply reply) {
        answer.exceptionally(cause -> failed(request, cause)).thenAccept(reply::send);
    }

    private static HttpResponse failed(HttpRequest request, Throwable cause) {
        LOG.error("no answer to {}", request.path(), cause);
        return HttpResponse.text(500, "Internal error: " + cause);
    }
}
