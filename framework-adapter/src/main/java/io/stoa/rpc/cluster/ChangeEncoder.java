package io.stoa.rpc.cluster;

import com.google.protobuf.CodedOutputStream;
import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.Kind;
import io.stoa.rpc.entity.AgentMessages;
import io.stoa.rpc.entity.RoleMessages;
import io.stoa.rpc.entity.SchedulerMessages;
import io.stoa.rpc.entity.TaskMessages;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.CommittedTransaction;
import io.stoa.state.transaction.StateChange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Encodes what transactions changed for watchers. They see none of these versions but the last one: so hosts, roles and
 * what is free are told as they are then.
 */
final class ChangeEncoder {

    private final ClusterSnapshot after;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    private final List<Integer> starts = new ArrayList<>();
    private final List<ChangeKey> keys = new ArrayList<>();

    /** Of which something was taken or given back. */
    private final Set<AgentId> usedAgents = new LinkedHashSet<>();

    private ChangeEncoder(ClusterSnapshot after) {
        this.after = after;
    }

    /**
     * @param number of the entry
     * @param since the version before the first transaction
     * @param transactions what each of them changed, in order
     * @param after the state after the last
     */
    static LoggedChanges encode(
            long number, long since, List<CommittedTransaction> transactions, ClusterSnapshot after) {
        ChangeEncoder encoder = new ChangeEncoder(after);
        int[] firsts = new int[transactions.size()];
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = encoder.keys.size();
            transactions.get(i).changes().forEach(encoder::add);
        }
        encoder.addUsedAgents();
        return new LoggedChanges(
                number,
                since,
                after.version().value(),
                encoder.bytes(),
                encoder.starts.stream().mapToInt(Integer::intValue).toArray(),
                List.copyOf(encoder.keys),
                firsts);
    }

    private byte[] bytes() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
        return bytes.toByteArray();
    }

    private void add(StateChange change) {
        if (change instanceof StateChange.TaskClaimed claimed) {
            usedAgents.add(claimed.task().agentId());
            put(Change.newBuilder().setTask(TaskMessages.basic(claimed.task())), key(claimed.task()));
        } else if (change instanceof StateChange.TaskMoved moved) {
            if (moved.released()) {
                usedAgents.add(moved.task().agentId());
            }
            put(Change.newBuilder().setTaskMoved(TaskMessages.moved(moved)), key(moved.task()));
        } else if (change instanceof StateChange.TaskKillAsked asked) {
            put(Change.newBuilder().setTaskMoved(TaskMessages.moved(asked)), key(asked.task()));
        } else if (change instanceof StateChange.TaskRemoved removed) {
            TaskKey task = removed.task().key();
            if (!removed.task().isTerminal()) {
                usedAgents.add(removed.task().agentId());
            }
            put(Change.newBuilder().setTaskRemoved(TaskMessages.name(task)), key(removed.task()));
        } else if (change instanceof StateChange.ExecutorClaimed claimed) {
            usedAgents.add(claimed.executor().key().agentId());
        } else if (change instanceof StateChange.ExecutorRemoved removed) {
            usedAgents.add(removed.executor().key().agentId());
        } else {
            addRare(change);
        }
    }

    private void addRare(StateChange change) {
        if (change instanceof StateChange.AgentAdmitted admitted) {
            addAgent(admitted.agent().id());
        } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
            addAgent(unreachable.agentId());
        } else if (change instanceof StateChange.AgentActivationChanged changed) {
            addAgent(changed.agentId());
        } else if (change instanceof StateChange.ResourcesConverted converted) {
            addAgent(converted.agentId());
        } else if (change instanceof StateChange.AgentRemoved removed) {
            removeAgent(removed.agentId());
        } else if (change instanceof StateChange.AgentForgotten forgotten) {
            removeAgent(forgotten.agentId());
        } else if (change instanceof StateChange.FrameworkAdmitted admitted) {
            put(
                    Change.newBuilder().setScheduler(SchedulerMessages.whole(admitted.framework())),
                    new ChangeKey(Kind.SCHEDULERS, admitted.framework().id().value(), ""));
        } else if (change instanceof StateChange.FrameworkRemoved removed) {
            String id = removed.frameworkId().value();
            put(Change.newBuilder().setSchedulerRemoved(id), new ChangeKey(Kind.SCHEDULERS, id, ""));
        } else if (change instanceof StateChange.WeightsUpdated updated) {
            updated.weights().keySet().forEach(this::addRole);
        } else if (change instanceof StateChange.QuotaUpdated updated) {
            addRole(updated.role());
        }
    }

    /** One that is removed by what follows is not told of at all. */
    private void addAgent(AgentId id) {
        after.agent(id).ifPresent(agent -> put(Change.newBuilder().setAgent(AgentMessages.whole(agent)), key(id)));
    }

    private void removeAgent(AgentId id) {
        put(Change.newBuilder().setAgentRemoved(id.value()), key(id));
    }

    private void addRole(String role) {
        RoleSettings settings = after.roleSettings();
        Change.Builder change = settings.hasWeight(role) || settings.hasQuota(role)
                ? Change.newBuilder().setRole(RoleMessages.whole(role, settings))
                : Change.newBuilder().setRoleRemoved(role);
        put(change, new ChangeKey(Kind.ROLES, "", ""));
    }

    private void addUsedAgents() {
        for (AgentId id : usedAgents) {
            after.agent(id).ifPresent(this::addResources);
        }
    }

    private void addResources(Agent agent) {
        put(Change.newBuilder().setAgentResources(AgentMessages.resources(agent)), key(agent.id()));
    }

    private static ChangeKey key(io.stoa.state.model.Task task) {
        return new ChangeKey(
                Kind.TASKS, task.key().frameworkId().value(), task.agentId().value());
    }

    private static ChangeKey key(AgentId id) {
        return new ChangeKey(Kind.AGENTS, "", id.value());
    }

    private void put(Change.Builder change, ChangeKey key) {
        starts.add(out.getTotalBytesWritten());
        keys.add(key);
        try {
            out.writeMessage(Changes.CHANGES_FIELD_NUMBER, change.build());
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
    }
}
