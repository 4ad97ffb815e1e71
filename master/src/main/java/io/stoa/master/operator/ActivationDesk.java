package io.stoa.master.operator;

import io.stoa.http.HttpResponse;
import io.stoa.state.model.AgentId;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.Time;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has agents take no new work, lose what they have, or take work again, as operators say. Answered when it is durable.
 */
public final class ActivationDesk {

    private static final Logger LOG = LoggerFactory.getLogger(ActivationDesk.class);

    private static final HttpResponse UNKNOWN = HttpResponse.text(400, "Unknown agent");

    private final Commits commits;
    private final Time time;

    public ActivationDesk(OperatorContext context) {
        commits = new Commits(context.state());
        time = context.history().time();
    }

    public CompletableFuture<HttpResponse> deactivate(AgentId id) {
        LOG.info("operator deactivates agent={}", id);
        return commits.commit(new StateMutation.DeactivateAgent(id), 200, conflict -> UNKNOWN);
    }

    /**
     * @param maxGraceNs the longest that a task may take to end, in ns; empty: as its kill policy says
     * @param markGone whether the agent is to be marked gone when nothing is left there
     */
    public CompletableFuture<HttpResponse> drain(AgentId id, OptionalLong maxGraceNs, boolean markGone) {
        LOG.info("operator drains agent={} markGone={}", id, markGone);
        return commits.commit(
                new StateMutation.DrainAgent(id, maxGraceNs, markGone, time.epochMs()), 200, conflict -> UNKNOWN);
    }

    public CompletableFuture<HttpResponse> reactivate(AgentId id) {
        LOG.info("operator reactivates agent={}", id);
        return commits.commit(
                new StateMutation.ReactivateAgent(id),
                200,
                conflict -> HttpResponse.text(
                        400,
                        conflict instanceof Conflict.AgentIsDraining
                                ? "Agent is still in the DRAINING state"
                                : "Agent is not deactivated"));
    }
}
