package io.stoa.mesos.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.mesos.validation.OperationContext;
import io.stoa.mesos.validation.OperationResources;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Operation;
import io.stoa.state.model.OperationKey;
import io.stoa.state.resources.Resources;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;

/** The rules for operations by which frameworks reserve and make volumes, whether on offers or without. */
public final class FrameworkOperations {

    /** Each is kept in the state until it is acknowledged, so a framework that never does has to stop somewhere. */
    static final int MAX_UNACKNOWLEDGED = 10_000;

    private FrameworkOperations() {}

    /** What is malformed, or nothing for frameworks: to be asked before anything else is done with an operation. */
    public static Optional<String> malformed(Offer.Operation operation) {
        return OperationResources.invalidity(operation)
                .or(() -> operation.getReserve().getSourceCount() > 0
                        ? Optional.of("Reservation updates are not yet implemented for the scheduler API.")
                        : Optional.empty());
    }

    /** True for what only resource providers can do, which no agent of ours has. */
    public static boolean isForProviders(Offer.Operation operation) {
        return operation.getType() == Offer.Operation.Type.CREATE_DISK
                || operation.getType() == Offer.Operation.Type.DESTROY_DISK;
    }

    /** @param waiting how many operations of the framework wait for its acknowledgement */
    public static Optional<String> excess(Offer.Operation operation, int waiting) {
        return operation.hasId() && waiting >= MAX_UNACKNOWLEDGED
                ? Optional.of("Operations that wait for an acknowledgement: " + waiting + " (expected: less than "
                        + MAX_UNACKNOWLEDGED + ")")
                : Optional.empty();
    }

    /**
     * What a framework's operation is judged against.
     *
     * @param total what the agent has at that moment
     * @param used what tasks and executors hold of it
     */
    public static OperationContext context(
            FrameworkInfo framework, List<AgentInfo.Capability> capabilities, Resources total, Resources used) {
        return new OperationContext(
                Optional.of(framework),
                framework.hasPrincipal() ? Optional.of(framework.getPrincipal()) : Optional.empty(),
                capabilities,
                total,
                used);
    }

    /** What the framework is told when it is done; empty where it wants no feedback. */
    public static Optional<Operation> feedback(FrameworkId frameworkId, AgentId agentId, Offer.Operation operation) {
        if (!operation.hasId()) {
            return Optional.empty();
        }
        UUID uuid = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip();
        return Optional.of(new Operation(
                new OperationKey(frameworkId, operation.getId().getValue()),
                agentId,
                operation,
                ByteString.copyFrom(bytes)));
    }
}
