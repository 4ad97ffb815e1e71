package io.stoa.rpc.scheduler;

import io.stoa.mesos.AgentGateway;
import io.stoa.proto.v1.AgentResources;
import io.stoa.proto.v1.AgentUnavailable;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.ConflictedBefore;
import io.stoa.proto.v1.GuaranteeOfOthers;
import io.stoa.proto.v1.InsufficientResources;
import io.stoa.proto.v1.QuotaExceeded;
import io.stoa.proto.v1.StaleVersion;
import io.stoa.proto.v1.TaskName;
import io.stoa.rpc.entity.AgentMessages;
import io.stoa.rpc.entity.RoleMessages;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.TaskKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Conflicts as schedulers are told them, with what is free now. For one answer only. */
final class ConflictMessages {

    private final ClusterSnapshot snapshot;
    private final AgentGateway gateway;
    private final Map<AgentId, AgentResources> agents = new HashMap<>();

    /** @param snapshot of now */
    ConflictMessages(ClusterSnapshot snapshot, AgentGateway gateway) {
        this.snapshot = snapshot;
        this.gateway = gateway;
    }

    /** @param index of the operation */
    Conflict of(int index, io.stoa.state.transaction.Conflict conflict) {
        Conflict.Builder told = Conflict.newBuilder().setOperation(index);
        if (conflict instanceof io.stoa.state.transaction.Conflict.InsufficientResources insufficient) {
            insufficient(told, insufficient);
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.StaleVersion stale) {
            told.setStaleVersion(StaleVersion.newBuilder()
                            .setBaseVersion(stale.base().value())
                            .setChangedAt(stale.changedAt().value()))
                    .setMessage("agent " + stale.agentId() + " changed at version " + stale.changedAt()
                            + " (expected: not after " + stale.base() + ")");
            free(told, stale.agentId());
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.AgentUnavailable unavailable) {
            unavailable(told, unavailable.agentId());
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.AgentIsGone gone) {
            unavailable(told, gone.agentId());
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.AgentIsDisconnected disconnected) {
            unavailable(told, disconnected.agentId());
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.AgentIsUnlisted unlisted) {
            unavailable(told, unlisted.agentId(), AgentUnavailable.Reason.UNLISTED, "listed by --whitelist");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.AgentIsDeactivated deactivated) {
            unavailable(told, deactivated.agentId(), AgentUnavailable.Reason.DEACTIVATED, "active");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.AgentIsDraining draining) {
            unavailable(told, draining.agentId(), AgentUnavailable.Reason.DRAINING, "active");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.DuplicateTask duplicate) {
            told.setDuplicateTask(name(duplicate.key()))
                    .setMessage("task " + duplicate.key().taskId() + " is there already (expected: another id)");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.UnknownTask unknown) {
            told.setUnknownTask(name(unknown.key()))
                    .setMessage("task " + unknown.key().taskId() + " is unknown (expected: one that runs)");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.TaskIsTerminal ended) {
            told.setEndedTask(name(ended.key()))
                    .setMessage("task " + ended.key().taskId() + " has ended (expected: one that runs)");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.DuplicateOperation duplicate) {
            told.setDuplicateOperation(duplicate.key().operationId())
                    .setMessage("operation " + duplicate.key().operationId()
                            + " is still to be acknowledged (expected: another id)");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.QuotaLimitExceeded exceeded) {
            told.setQuotaExceeded(QuotaExceeded.newBuilder()
                            .setRole(exceeded.role())
                            .setWanted(RoleMessages.quantities(exceeded.wanted()))
                            .setConsumed(RoleMessages.quantities(exceeded.consumed()))
                            .setLimits(RoleMessages.quantities(exceeded.limits().milliByName())))
                    .setMessage("role " + exceeded.role() + " has " + exceeded.consumed() + " and would have "
                            + exceeded.wanted() + " more (expected: within " + exceeded.limits() + ")");
        } else if (conflict instanceof io.stoa.state.transaction.Conflict.GuaranteeOfOthers guarantee) {
            told.setGuaranteeOfOthers(GuaranteeOfOthers.newBuilder()
                            .setWanted(RoleMessages.quantities(guarantee.wanted()))
                            .setAvailable(RoleMessages.quantities(guarantee.headroom())))
                    .setMessage("role " + guarantee.role() + " would have " + guarantee.wanted()
                            + " more (expected: within " + guarantee.headroom()
                            + ", the rest is guaranteed to others)");
        } else {
            told.setMessage(conflict.toString());
        }
        return told.build();
    }

    Conflict before(int index) {
        return Conflict.newBuilder()
                .setOperation(index)
                .setConflictedBefore(ConflictedBefore.getDefaultInstance())
                .setMessage("conflicted when the commit was first decided")
                .build();
    }

    private void insufficient(
            Conflict.Builder told, io.stoa.state.transaction.Conflict.InsufficientResources insufficient) {
        told.setInsufficientResources(InsufficientResources.newBuilder()
                        .addAllWanted(insufficient.wanted().toProto())
                        .addAllFree(insufficient.free().toProto()))
                .setMessage("wanted of agent " + insufficient.agentId() + ": " + insufficient.wanted()
                        + " (expected: within " + insufficient.free() + ")");
        free(told, insufficient.agentId());
    }

    private void unavailable(Conflict.Builder told, AgentId agentId) {
        unavailable(told, agentId, reason(agentId), "registered and connected");
    }

    private void unavailable(Conflict.Builder told, AgentId agentId, AgentUnavailable.Reason reason, String expected) {
        told.setAgentUnavailable(AgentUnavailable.newBuilder()
                        .setAgentId(agentId.value())
                        .setReason(reason))
                .setMessage("agent " + agentId + " is " + reason + " (expected: " + expected + ")");
        free(told, agentId);
    }

    private AgentUnavailable.Reason reason(AgentId agentId) {
        Optional<Agent> agent = snapshot.agent(agentId);
        if (agent.isEmpty()) {
            return snapshot.isGone(agentId) ? AgentUnavailable.Reason.GONE : AgentUnavailable.Reason.REMOVED;
        }
        if (agent.get().status() == AgentStatus.UNREACHABLE) {
            return AgentUnavailable.Reason.UNREACHABLE;
        }
        // It may have come back since.
        return gateway.isConnected(agentId) ? AgentUnavailable.Reason.UNKNOWN : AgentUnavailable.Reason.DISCONNECTED;
    }

    private void free(Conflict.Builder told, AgentId agentId) {
        AgentResources known = agents.get(agentId);
        if (known == null) {
            Agent agent = snapshot.agent(agentId).orElse(null);
            if (agent == null) {
                return;
            }
            known = AgentMessages.resources(agent);
            agents.put(agentId, known);
        }
        told.setAgent(known);
    }

    private static TaskName name(TaskKey key) {
        return TaskName.newBuilder()
                .setSchedulerId(key.frameworkId().value())
                .setTaskId(key.taskId())
                .build();
    }
}
