package io.stoa.rpc.scheduler;

import io.grpc.Status;
import io.stoa.mesos.AgentGateway;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.validation.FrameworkValidator;
import io.stoa.proto.v1.Claim;
import io.stoa.proto.v1.ClaimGroup;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.Convert;
import io.stoa.proto.v1.Kill;
import io.stoa.proto.v1.Operation;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation;
import io.stoa.v1.IdValidator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.jspecify.annotations.Nullable;

/** Makes one mutation of each operation of a commit, or says what is wrong with the first one that is. */
final class CommitTranslator {

    /** An agent that left may have been able to do anything. */
    private static final List<AgentInfo.Capability> ALL_CAPABILITIES = Stream.of(AgentInfo.Capability.Type.values())
            .map(type -> AgentInfo.Capability.newBuilder().setType(type).build())
            .toList();

    /** The others launch something, or are for resource providers, of which our agents have none. */
    private static final Set<Offer.Operation.Type> CONVERSIONS = Collections.unmodifiableSet(EnumSet.of(
            Offer.Operation.Type.RESERVE,
            Offer.Operation.Type.UNRESERVE,
            Offer.Operation.Type.CREATE,
            Offer.Operation.Type.DESTROY,
            Offer.Operation.Type.GROW_VOLUME,
            Offer.Operation.Type.SHRINK_VOLUME));

    private final AgentGateway gateway;
    private final DepartedAgents departed;
    /** Null for all. */
    private volatile @Nullable Set<String> listed;

    CommitTranslator(AgentGateway gateway, DepartedAgents departed) {
        this.gateway = gateway;
        this.departed = departed;
    }

    /** Agents on other hosts are not to be claimed of, from now on. */
    void claimOnly(Set<String> hostnames) {
        listed = hostnames;
    }

    /** In the order of the operations, one for each. */
    Checked<List<StateMutation>> mutations(CommitRequest request, Caller caller, ClusterSnapshot snapshot) {
        CommitPlan plan = new CommitPlan(caller, snapshot);
        Set<String> roles = FrameworkRoles.of(caller.info());
        List<StateMutation> mutations = new ArrayList<>(request.getOperationsCount());
        for (int i = 0; i < request.getOperationsCount(); i++) {
            Checked<StateMutation> mutation = mutation(request.getOperations(i), "operations[" + i + "]", plan, roles);
            if (mutation instanceof Checked.Passed<StateMutation> passed) {
                mutations.add(passed.value());
            } else if (mutation instanceof Checked.Refused<StateMutation> refused) {
                return Checked.refused(refused.status());
            }
        }
        return Checked.passed(mutations);
    }

    private Checked<StateMutation> mutation(Operation operation, String path, CommitPlan plan, Set<String> roles) {
        return switch (operation.getOperationCase()) {
            case CLAIM -> claim(operation.getClaim(), path + ".claim", plan, roles);
            case CLAIM_GROUP -> claimGroup(operation.getClaimGroup(), path + ".claim_group", plan, roles);
            case CONVERT -> convert(operation.getConvert(), path + ".convert", plan, roles);
            case KILL -> kill(operation.getKill(), path + ".kill", plan);
            case OPERATION_NOT_SET -> Checked.invalid(path + ": empty (expected: claim, claim_group, convert or kill)");
        };
    }

    private Checked<StateMutation> claim(Claim claim, String path, CommitPlan plan, Set<String> roles) {
        if (!claim.hasTask()) {
            return Checked.invalid(path + ".task: missing (expected: a TaskInfo)");
        }
        return role(claim.getRole(), roles, path)
                .then(role -> onAgent(
                        claim.getAgentId(),
                        path,
                        plan,
                        (agentId, capabilities) ->
                                new ClaimTranslator(plan, agentId, capabilities, role, path).claim(claim.getTask())));
    }

    private Checked<StateMutation> claimGroup(ClaimGroup group, String path, CommitPlan plan, Set<String> roles) {
        if (!group.hasExecutor()) {
            return Checked.invalid(path + ".executor: missing (expected: an ExecutorInfo of type DEFAULT)");
        }
        if (group.getTasksCount() == 0) {
            return Checked.invalid(path + ".tasks: none (expected: one at least)");
        }
        return role(group.getRole(), roles, path)
                .then(role -> onAgent(
                        group.getAgentId(),
                        path,
                        plan,
                        (agentId, capabilities) -> new ClaimTranslator(plan, agentId, capabilities, role, path)
                                .claimGroup(group.getTasksList(), group.getExecutor())));
    }

    private Checked<StateMutation> convert(Convert convert, String path, CommitPlan plan, Set<String> roles) {
        if (!convert.hasOperation()) {
            return Checked.invalid(path + ".operation: missing (expected: an Offer.Operation)");
        }
        Offer.Operation asked = convert.getOperation();
        if (!CONVERSIONS.contains(asked.getType())) {
            return Checked.invalid(
                    path + ".operation.type: " + asked.getType() + " (expected: one of " + CONVERSIONS + ")");
        }
        Optional<String> strangeId =
                asked.hasId() ? IdValidator.invalidity(asked.getId().getValue()) : Optional.empty();
        if (strangeId.isPresent()) {
            return Checked.invalid(path + ".operation.id: " + strangeId.get());
        }
        String named = ConvertedResources.role(asked).orElse("");
        return role(named, roles, path + ".operation")
                .then(role -> onAgent(
                        convert.getAgentId(),
                        path,
                        plan,
                        (agentId, capabilities) ->
                                new ConversionTranslator(plan, agentId, capabilities, role, path).convert(asked)));
    }

    private static Checked<StateMutation> kill(Kill kill, String path, CommitPlan plan) {
        if (kill.getTaskId().isEmpty()) {
            return Checked.invalid(path + ".task_id: missing (expected: that of a task)");
        }
        long gracePeriodNs = kill.getPolicy().getGracePeriod().getNanoseconds();
        return gracePeriodNs < 0
                ? Checked.invalid(path + ".policy.grace_period: " + gracePeriodNs + " ns (expected: >= 0)")
                : Checked.passed(new StateMutation.KillTask(
                        new TaskKey(plan.caller().id(), kill.getTaskId()), kill.getPolicy()));
    }

    private static Checked<String> role(String role, Set<String> roles, String path) {
        if (role.isEmpty() && roles.size() == 1) {
            return Checked.passed(roles.iterator().next());
        }
        return roles.contains(role)
                ? Checked.passed(role)
                : Checked.invalid(path + ".role: " + (role.isEmpty() ? "missing" : "'" + role + "'")
                        + " (expected: one of " + FrameworkValidator.braces(new TreeSet<>(roles)) + ")");
    }

    private Checked<StateMutation> onAgent(
            String id,
            String path,
            CommitPlan plan,
            BiFunction<AgentId, List<AgentInfo.Capability>, Checked<StateMutation>> translation) {
        if (id.isEmpty()) {
            return Checked.invalid(path + ".agent_id: missing (expected: that of an agent)");
        }
        AgentId agentId = new AgentId(id);
        Optional<Agent> agent = plan.snapshot().agent(agentId);
        if (agent.isEmpty() && !plan.snapshot().isGone(agentId) && !departed.contains(agentId)) {
            return Checked.refused(Status.NOT_FOUND.withDescription(
                    path + ".agent_id: '" + id + "' is unknown (expected: that of an agent)"));
        }
        Checked<StateMutation> mutation =
                translation.apply(agentId, agent.map(Agent::capabilities).orElse(ALL_CAPABILITIES));
        Optional<Conflict> conflict =
                agent.filter(known -> known.status() == AgentStatus.REGISTERED).flatMap(this::unknownToTheState);
        return conflict.isPresent()
                ? mutation.then(judged -> Checked.passed(new StateMutation.Foregone(conflict.get())))
                : mutation;
    }

    private Optional<Conflict> unknownToTheState(Agent agent) {
        if (!gateway.isConnected(agent.id())) {
            return Optional.of(new Conflict.AgentIsDisconnected(agent.id()));
        }
        Set<String> hostnames = listed;
        return hostnames == null || hostnames.contains(agent.info().getHostname())
                ? Optional.empty()
                : Optional.of(new Conflict.AgentIsUnlisted(agent.id()));
    }
}
