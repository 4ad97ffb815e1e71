package io.stoa.master.operator;

import io.stoa.http.HttpResponse;
import io.stoa.mesos.AgentPid;
import io.stoa.mesos.validation.OperationContext;
import io.stoa.mesos.validation.OperationResources;
import io.stoa.mesos.validation.OperationValidator;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Conversions;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves and makes volumes when operators say so; 202 is answered when it is durable. Offers are no claims, so what
 * is on offer is free: those that hold what is gone are rescinded by the allocator, which follows the state.
 */
public final class ResourceDesk {

    private static final Logger LOG = LoggerFactory.getLogger(ResourceDesk.class);

    private final Commits commits;
    private final SoftState soft;

    public ResourceDesk(OperatorContext context) {
        commits = new Commits(context.state());
        soft = context.soft();
    }

    /** @param operation of one of the types that {@link Conversions} knows */
    public CompletableFuture<HttpResponse> apply(AgentId agentId, Operation operation) {
        Optional<Agent> agent = commits.snapshot()
                .agent(agentId)
                .filter(known -> known.status() == AgentStatus.REGISTERED && !soft.isRecovered(agentId));
        if (agent.isEmpty()) {
            return Commits.refused(400, "No agent found with specified ID");
        }
        Optional<String> malformed = OperationResources.invalidity(operation);
        if (malformed.isPresent()) {
            return Commits.refused(400, malformed.get());
        }
        Operation refined = OperationResources.refined(operation);
        try {
            Optional<String> invalid = OperationValidator.invalidity(refined, context(agent.get()));
            return invalid.isPresent()
                    ? Commits.refused(400, prefix(operation.getType(), agent.get()) + invalid.get())
                    : commit(agentId, refined);
        } catch (ArithmeticException e) {
            return Commits.refused(400, prefix(operation.getType(), agent.get()) + "the sum is too large");
        }
    }

    private CompletableFuture<HttpResponse> commit(AgentId agentId, Operation operation) {
        List<Conversion> conversions = Conversions.of(operation);
        LOG.info("operator converts resources agent={} type={}", agentId, operation.getType());
        return commits.commit(
                new StateMutation.ConvertResources(agentId, conversions, Optional.empty()), 202, ResourceDesk::refusal);
    }

    private static HttpResponse refusal(Conflict conflict) {
        if (conflict instanceof Conflict.InsufficientResources insufficient) {
            return HttpResponse.text(409, insufficient.free() + " does not contain " + insufficient.wanted());
        }
        return conflict instanceof Conflict.AgentUnavailable || conflict instanceof Conflict.AgentIsGone
                ? HttpResponse.text(400, "No agent found with specified ID")
                : HttpResponse.text(409, conflict.toString());
    }

    private static OperationContext context(Agent agent) {
        return new OperationContext(
                Optional.empty(), Optional.empty(), agent.capabilities(), agent.total(), agent.claimed());
    }

    private static String prefix(Operation.Type type, Agent agent) {
        boolean namesAgent = type != Operation.Type.UNRESERVE && type != Operation.Type.DESTROY;
        String where = " on agent " + agent.id() + " at " + AgentPid.of(agent) + " ("
                + agent.info().getHostname() + ")";
        return "Invalid " + type + " operation" + (namesAgent ? where : "") + ": ";
    }
}
