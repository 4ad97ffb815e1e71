package io.stoa.rpc.scheduler;

import io.stoa.mesos.scheduler.FrameworkOperations;
import io.stoa.mesos.validation.OperationResources;
import io.stoa.mesos.validation.OperationValidator;
import io.stoa.state.model.AgentId;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Conversions;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateMutation.ConvertResources;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Offer;

/**
 * Makes conversions of one operation that reserves, makes volumes or takes that back on one agent, judged as Mesos
 * judges it; whether what it consumes is there and not in use is for the commit to decide.
 */
final class ConversionTranslator {

    private final CommitPlan plan;
    private final AgentId agentId;
    private final List<AgentInfo.Capability> capabilities;
    private final String role;
    private final String path;

    /**
     * @param capabilities of the agent
     * @param role to which the resources are allocated, one of the caller's
     * @param path of the operation, {@code operations[2].convert}
     */
    ConversionTranslator(
            CommitPlan plan, AgentId agentId, List<AgentInfo.Capability> capabilities, String role, String path) {
        this.plan = plan;
        this.agentId = agentId;
        this.capabilities = capabilities;
        this.role = role;
        this.path = path;
    }

    Checked<StateMutation> convert(Offer.Operation asked) {
        try {
            Optional<String> error = ConvertedResources.subtractInvalidity(asked)
                    .or(() -> Amounts.invalidity(ConvertedResources.of(asked)))
                    .or(() -> FrameworkOperations.malformed(asked));
            return error.isPresent() ? invalid(error.get()) : converted(OperationResources.completed(asked, role));
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Each amount is well-formed, their sum is none that can be.
            return invalid(String.valueOf(e.getMessage()));
        }
    }

    private Checked<StateMutation> converted(Offer.Operation operation) {
        Optional<String> otherRole = OperationResources.otherRole(operation, role);
        if (otherRole.isPresent()) {
            return invalid("resources are allocated to '" + otherRole.get() + "' (expected: '" + role + "')");
        }
        List<Conversion> conversions = Conversions.of(operation);
        // What an operation takes back counts as there: the commit knows whether it is.
        Resources there =
                operation.getType() == Offer.Operation.Type.DESTROY ? consumed(conversions) : plan.total(agentId);
        Optional<String> error = OperationValidator.invalidity(
                        operation,
                        FrameworkOperations.context(plan.caller().info(), capabilities, there, Resources.EMPTY))
                .or(() -> FrameworkOperations.excess(operation, plan.unacknowledged()))
                .or(() -> Amounts.ofOthers(consumed(conversions), role));
        if (error.isPresent()) {
            return invalid(error.get());
        }
        ConvertResources convert = new ConvertResources(
                agentId, conversions, FrameworkOperations.feedback(plan.caller().id(), agentId, operation));
        plan.converts(convert);
        return Checked.passed(convert);
    }

    private static Resources consumed(List<Conversion> conversions) {
        Resources consumed = Resources.EMPTY;
        for (Conversion conversion : conversions) {
            consumed = consumed.plus(conversion.consumed());
        }
        return consumed;
    }

    private Checked<StateMutation> invalid(String message) {
        return Checked.invalid(path + ".operation: " + message);
    }
}
