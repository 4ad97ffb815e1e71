package io.stoa.master.operator.v1;

import io.stoa.http.HttpResponse;
import io.stoa.http.PiecedBody;
import java.util.concurrent.CompletableFuture;

/** What a call is answered. */
sealed interface CallAnswer {

    /** 200 with a body in the form that was asked for. */
    record Shown(PiecedBody body) implements CallAnswer {}

    /** Said when something is durable, or at once. */
    record Said(CompletableFuture<HttpResponse> response) implements CallAnswer {}

    static CallAnswer refused(int status, String text) {
        return new Said(CompletableFuture.completedFuture(HttpResponse.text(status, text)));
    }
}
