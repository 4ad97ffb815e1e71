package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.TakenOffers;
import io.stoa.mesos.validation.OperationResources;
import io.stoa.mesos.validation.OperationValidator;
import io.stoa.state.model.Agent;
import io.stoa.state.model.Operation;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Conversions;
import io.stoa.state.resources.ResourceFormat;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.ConvertResources;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;

/**
 * Turns the operations on accepted offers that reserve and make volumes into conversions, judged as Mesos judges them.
 * For one ACCEPT only.
 */
final class ConversionPlanner {

    private static final String INVALID = "Operation attempted with invalid resources: ";

    private final TakenOffers taken;
    private final Agent agent;
    private final FrameworkInfo framework;
    private final AcceptPlan plan;
    private final Refusals refusals;
    private int unacknowledged;

    /** @param unacknowledged how many operations the framework has still to acknowledge */
    ConversionPlanner(
            TakenOffers taken,
            Agent agent,
            FrameworkInfo framework,
            int unacknowledged,
            AcceptPlan plan,
            Refusals refusals) {
        this.unacknowledged = unacknowledged;
        this.taken = taken;
        this.agent = agent;
        this.framework = framework;
        this.plan = plan;
        this.refusals = refusals;
    }

    void add(Offer.Operation operation) {
        FrameworkOperations.malformed(operation)
                .map(INVALID::concat)
                .or(() -> {
                    try {
                        return convert(OperationResources.completed(operation, taken.role()));
                    } catch (IllegalArgumentException | ArithmeticException e) {
                        // Each amount is well-formed, their sum is none that can be.
                        return Optional.of(INVALID + e.getMessage());
                    }
                })
                .ifPresent(error -> refusals.invalid(operation, error));
    }

    /** Why it cannot be done; empty where it is part of the plan now. */
    private Optional<String> convert(Offer.Operation operation) {
        if (FrameworkOperations.isForProviders(operation)) {
            // These are for resource providers, which no agent of ours has.
            return Optional.of(
                    "Not supported on agent " + agentText() + " because it does not have RESOURCE_PROVIDER capability");
        }
        Optional<String> error = OperationValidator.invalidity(
                operation, FrameworkOperations.context(framework, agent.capabilities(), plan.total(), plan.used()));
        if (error.isPresent()) {
            return error.map(text -> text + "; on agent " + agentText());
        }
        Optional<String> excess = FrameworkOperations.excess(operation, unacknowledged);
        if (excess.isPresent()) {
            return excess;
        }
        List<Conversion> conversions = Conversions.of(operation);
        String role = OperationResources.otherRole(operation, taken.role()).orElse(taken.role());
        Resources left = plan.remaining();
        for (Conversion conversion : conversions) {
            if (!role.equals(taken.role()) || !left.contains(conversion.consumed())) {
                return Optional.of(missing(operation, left, conversion, role));
            }
            left = left.minus(conversion.consumed());
            if (!isResize(operation)) {
                left = left.plus(conversion.converted());
            }
            if (operation.getType() == Offer.Operation.Type.DESTROY && left.contains(conversion.consumed())) {
                return Optional.of("Persistent volume "
                        + ResourceFormat.print(
                                conversion.consumed().toProto(taken.role()).get(0))
                        + " cannot be removed due to additional shared copies");
            }
        }
        Optional<Operation> feedback = FrameworkOperations.feedback(taken.frameworkId(), agent.id(), operation);
        if (!conversions.isEmpty() || feedback.isPresent()) {
            plan.convert(new ConvertResources(agent.id(), conversions, feedback), left);
            unacknowledged += feedback.isPresent() ? 1 : 0;
        }
        return Optional.empty();
    }

    /** As in Mesos, what comes of a resize cannot be used in the same ACCEPT. */
    private static boolean isResize(Offer.Operation operation) {
        return operation.getType() == Offer.Operation.Type.GROW_VOLUME
                || operation.getType() == Offer.Operation.Type.SHRINK_VOLUME;
    }

    private String missing(Offer.Operation operation, Resources left, Conversion conversion, String role) {
        return (isResize(operation) ? "Invalid " + operation.getType() + " operation: " : "")
                + left.toString(taken.role()) + " does not contain "
                + conversion.consumed().toString(role);
    }

    /** As Mesos names an agent, {@code 12-S0 at slave(1)@10.0.0.1:5051 (host)}. */
    private String agentText() {
        return agent.id() + " at slave(1)@" + agent.ip() + ":" + agent.port() + " ("
                + agent.info().getHostname() + ")";
    }
}
