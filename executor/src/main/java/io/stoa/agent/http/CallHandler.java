package io.stoa.agent.http;

import io.stoa.http.HttpResponse;
import io.stoa.http.call.MediaType;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.agent.Protos.Call;

/** Answers calls of one type, which is called on the event loop and must not block. */
@FunctionalInterface
interface CallHandler {

    /**
     * @param call valid
     * @param accepted that the answer's body is wanted in
     */
    CompletableFuture<HttpResponse> answer(Call call, MediaType accepted);
}
