package io.stoa.mesos.validation;

import io.stoa.http.call.CallRules;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** The rules for a scheduler's call that can be checked without knowing anything else. */
public final class CallValidator {

    private CallValidator() {}

    public static Optional<String> invalidity(Call call) {
        if (!call.hasType()) {
            return missing("type");
        }
        if (call.getType() == Call.Type.SUBSCRIBE) {
            return subscribe(call);
        }
        if (!call.hasFrameworkId()) {
            return missing("framework_id");
        }
        return switch (call.getType()) {
            case ACCEPT -> present(call.hasAccept(), "accept");
            case DECLINE -> present(call.hasDecline(), "decline");
            case ACCEPT_INVERSE_OFFERS -> present(call.hasAcceptInverseOffers(), "accept_inverse_offers");
            case DECLINE_INVERSE_OFFERS -> present(call.hasDeclineInverseOffers(), "decline_inverse_offers");
            case KILL -> present(call.hasKill(), "kill");
            case SHUTDOWN -> present(call.hasShutdown(), "shutdown");
            case ACKNOWLEDGE ->
                present(call.hasAcknowledge(), "acknowledge")
                        .or(() -> CallRules.uuidInvalidity(call.getAcknowledge().getUuid()));
            case ACKNOWLEDGE_OPERATION_STATUS -> acknowledgeOperationStatus(call);
            case RECONCILE -> present(call.hasReconcile(), "reconcile");
            case RECONCILE_OPERATIONS -> present(call.hasReconcileOperations(), "reconcile_operations");
            case MESSAGE -> present(call.hasMessage(), "message");
            case REQUEST -> present(call.hasRequest(), "request");
            case UPDATE_FRAMEWORK -> updateFramework(call);
            case SUBSCRIBE, TEARDOWN, REVIVE, SUPPRESS, UNKNOWN -> Optional.empty();
        };
    }

    /** Whether a framework says that it is another's than the principal's who has proved to be it. */
    public static Optional<String> mismatch(String principal, FrameworkInfo info) {
        return info.hasPrincipal() ? trespass(principal, info) : Optional.empty();
    }

    /** Whether a framework is another's than the principal's, or nobody's. */
    public static Optional<String> trespass(String principal, FrameworkInfo info) {
        return info.getPrincipal().equals(principal)
                ? Optional.empty()
                : Optional.of("Authenticated principal '" + principal + "' does not match principal '"
                        + info.getPrincipal() + "' set in `FrameworkInfo`");
    }

    private static Optional<String> subscribe(Call call) {
        if (!call.hasSubscribe()) {
            return missing("subscribe");
        }
        String id = call.getSubscribe().getFrameworkInfo().getId().getValue();
        return call.getFrameworkId().getValue().equals(id)
                ? Optional.empty()
                : Optional.of("'framework_id' differs from 'subscribe.framework_info.id'");
    }

    private static Optional<String> acknowledgeOperationStatus(Call call) {
        Call.AcknowledgeOperationStatus acknowledge = call.getAcknowledgeOperationStatus();
        return present(call.hasAcknowledgeOperationStatus(), "acknowledge_operation_status")
                .or(() -> CallRules.uuidInvalidity(acknowledge.getUuid()))
                .or(() -> present(acknowledge.hasAgentId(), "agent_id"));
    }

    private static Optional<String> updateFramework(Call call) {
        if (!call.hasUpdateFramework()) {
            return missing("update_framework");
        }
        String id = call.getUpdateFramework().getFrameworkInfo().getId().getValue();
        return call.getFrameworkId().getValue().equals(id)
                ? Optional.empty()
                : Optional.of("'framework_id' differs from 'update_framework.framework_info.id'");
    }

    private static Optional<String> present(boolean isPresent, String field) {
        return isPresent ? Optional.empty() : missing(field);
    }

    private static Optional<String> missing(String field) {
        return Optional.of("Expecting '" + field + "' to be present");
    }
}
