package io.stoa.master.operator;

import io.stoa.http.HttpResponse;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.transaction.StateMutation;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends frameworks and gives up agents when operators say so. Answered when it is durable. */
public final class RemovalDesk {

    private static final Logger LOG = LoggerFactory.getLogger(RemovalDesk.class);

    private final Commits commits;
    private final AgentActions agents;

    public RemovalDesk(OperatorContext context) {
        commits = new Commits(context.state());
        agents = context.agents();
    }

    /** Its stream ends, and so do its tasks. */
    public CompletableFuture<HttpResponse> tearDown(FrameworkId id) {
        if (commits.snapshot().framework(id).isEmpty()) {
            return Commits.refused(400, "No framework found with specified ID");
        }
        LOG.info("operator tears down framework={}", id);
        return commits.commit(
                new StateMutation.RemoveFramework(id), 200, conflict -> HttpResponse.text(400, conflict.toString()));
    }

    public CompletableFuture<HttpResponse> markGone(AgentId id) {
        LOG.info("operator marks gone agent={}", id);
        return agents.markGone().apply(id).thenApply(result -> switch (result) {
            case GONE -> HttpResponse.empty(200);
            case UNKNOWN -> HttpResponse.text(404, "Agent '" + id + "' not found");
            case NOT_STORED -> HttpResponse.text(503, "It could not be stored that agent '" + id + "' is gone");
        });
    }
}
