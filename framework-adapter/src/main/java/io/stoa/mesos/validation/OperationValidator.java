package io.stoa.mesos.validation;

import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;

/** The rules for operations that reserve and make volumes, in Mesos' order and words. */
public final class OperationValidator {

    private OperationValidator() {}

    /**
     * @param operation well-formed, with reservations as a stack; a framework's with an allocation role in each
     *     resource
     */
    public static Optional<String> invalidity(Offer.Operation operation, OperationContext context) {
        return switch (operation.getType()) {
            case RESERVE -> ReservationValidator.reserve(operation.getReserve(), context);
            case UNRESERVE -> ReservationValidator.unreserve(operation.getUnreserve());
            case CREATE -> VolumeValidator.create(operation.getCreate(), context);
            case DESTROY -> VolumeValidator.destroy(operation.getDestroy(), context);
            case GROW_VOLUME -> VolumeValidator.grow(operation.getGrowVolume(), context);
            case SHRINK_VOLUME -> VolumeValidator.shrink(operation.getShrinkVolume(), context);
            default -> Optional.of("Operation not supported");
        };
    }

    /**
     * @param what {@code Resource} or {@code Volume}, with its text
     * @param done {@code reserved} or {@code created}
     */
    static Optional<String> agentIncapable(Resource resource, String what, String done, OperationContext context) {
        String role = ResourceRules.reservationRole(resource);
        if (!context.agentCan(AgentInfo.Capability.Type.HIERARCHICAL_ROLE) && role.contains("/")) {
            return Optional.of(what + " with reservation for hierarchical role '" + role + "' cannot be " + done
                    + " on an agent without HIERARCHICAL_ROLE capability");
        }
        return !context.agentCan(AgentInfo.Capability.Type.RESERVATION_REFINEMENT)
                        && resource.getReservationsCount() > 1
                ? Optional.of(what + " with reservation refinement cannot be " + done
                        + " on an agent without RESERVATION_REFINEMENT capability")
                : Optional.empty();
    }
}
