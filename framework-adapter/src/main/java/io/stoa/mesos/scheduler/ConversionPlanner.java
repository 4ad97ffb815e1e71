package io.stoa.mesos.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.mesos.offer.TakenOffers;
import io.stoa.mesos.validation.OperationContext;
import io.stoa.mesos.validation.OperationResources;
import io.stoa.mesos.validation.OperationValidator;
import io.stoa.state.model.Agent;
import io.stoa.state.model.Operation;
import io.stoa.state.model.OperationKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Conversions;
import io.stoa.state.resources.ResourceFormat;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.ConvertResources;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;

/**
 * Turns the operations on accepted offers that reserve and make volumes into conversions, judged as Mesos judges them.
 * For one ACCEPT only.
 */
final class ConversionPlanner {

    /** Each is kept in the state until it is acknowledged, so a framework that never does has to stop somewhere. */
    static final int MAX_UNACKNOWLEDGED = 10_000;

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
        malformed(operation)
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

    private static Optional<String> malformed(Offer.Operation operation) {
        return OperationResources.invalidity(operation)
                .or(() -> operation.getReserve().getSourceCount() > 0
                        ? Optional.of("Reservation updates are not yet implemented for the scheduler API.")
                        : Optional.empty())
                .map(INVALID::concat);
    }

    /** Why it cannot be done; empty where it is part of the plan now. */
    private Optional<String> convert(Offer.Operation operation) {
        boolean onDisks = operation.getType() == Offer.Operation.Type.CREATE_DISK
                || operation.getType() == Offer.Operation.Type.DESTROY_DISK;
        if (onDisks) {
            // These are for resource providers, which no agent of ours has.
            return Optional.of(
                    "Not supported on agent " + agentText() + " because it does not have RESOURCE_PROVIDER capability");
        }
        Optional<String> error = OperationValidator.invalidity(operation, context());
        if (error.isPresent()) {
            return error.map(text -> text + "; on agent " + agentText());
        }
        if (operation.hasId() && unacknowledged >= MAX_UNACKNOWLEDGED) {
            return Optional.of("Operations that wait for an acknowledgement: " + unacknowledged
                    + " (expected: less than " + MAX_UNACKNOWLEDGED + ")");
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
        Optional<Operation> feedback = operation.hasId() ? Optional.of(remembered(operation)) : Optional.empty();
        if (!conversions.isEmpty() || feedback.isPresent()) {
            plan.convert(new ConvertResources(agent.id(), conversions, feedback), left);
            unacknowledged += feedback.isPresent() ? 1 : 0;
        }
        return Optional.empty();
    }

    private OperationContext context() {
        return new OperationContext(
                Optional.of(framework),
                framework.hasPrincipal() ? Optional.of(framework.getPrincipal()) : Optional.empty(),
                agent.capabilities(),
                plan.total(),
                plan.used());
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

    private Operation remembered(Offer.Operation operation) {
        UUID uuid = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip();
        return new Operation(
                new OperationKey(taken.frameworkId(), operation.getId().getValue()),
                agent.id(),
                operation,
                ByteString.copyFrom(bytes));
    }
}
