package io.stoa.state.transaction;

import com.google.protobuf.ByteString;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Operation;
import io.stoa.state.model.OperationKey;
import io.stoa.state.model.Quota;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** One thing that is asked of the state. Each leads to {@link StateChange}s or to one {@link Conflict}. */
public sealed interface StateMutation {

    /**
     * Claims resources on an agent for a task, and for its executor where it names one that does not run there yet.
     *
     * @param frameworkId who claims
     * @param agentId where
     * @param role the role the resources are allocated to
     * @param task what to launch; its resources (and its executor's) are what is claimed
     */
    record Claim(FrameworkId frameworkId, AgentId agentId, String role, TaskInfo task) implements StateMutation {}

    /**
     * Claims resources on an agent for tasks that are launched as a whole, and for their executor where it does not run
     * there yet: for all of them or for none.
     *
     * @param tasks one at least; each names the same executor
     */
    record ClaimGroup(FrameworkId frameworkId, AgentId agentId, String role, List<TaskInfo> tasks)
            implements StateMutation {

        public ClaimGroup {
            tasks = List.copyOf(tasks);
        }

        /** What one of them claims by itself. */
        Claim claim(TaskInfo task) {
            return new Claim(frameworkId, agentId, role, task);
        }
    }

    /**
     * The claim of a task that an agent, which was thought to be lost, still has: holds also where operators want no
     * new work on the agent.
     */
    record TakeBack(Claim claim) implements StateMutation {}

    /**
     * Something of which whoever asks knows already that it conflicts. It stands in its place, so that the others of
     * the transaction have the same indexes when it is repeated.
     */
    record Foregone(Conflict conflict) implements StateMutation {}

    /**
     * A status of a known task. A terminal state releases the task's resources; a status whose uuid is the newest one's
     * changes nothing and commits.
     *
     * @param status as the framework will get it, with state and timestamp
     */
    record UpdateTaskStatus(TaskKey key, TaskStatus status) implements StateMutation {}

    /**
     * The agent knows a newer state than those of which it may tell, since the framework has not acknowledged them. A
     * terminal one releases the task's resources. Where the task is unknown or has ended this changes nothing.
     */
    record AdvanceTaskState(TaskKey key, TaskState state) implements StateMutation {}

    /**
     * A task is to be killed: whoever asks sends the kill when this has committed, and whoever leads sends it again to
     * an agent that comes back with the task. Conflicts where the task is unknown or has ended.
     *
     * @param how as {@link io.stoa.state.model.Task#kill}
     */
    record KillTask(TaskKey key, KillPolicy how) implements StateMutation {

        /** As the task says. */
        public KillTask(TaskKey key) {
            this(key, KillPolicy.getDefaultInstance());
        }
    }

    /**
     * Forgets a task; releases what it holds if it was not terminal. An unknown task is no conflict: it changes
     * nothing.
     */
    record RemoveTask(TaskKey key) implements StateMutation {}

    /** Forgets a task while it is unreachable; any other task is left as it is. */
    record ForgetUnreachableTask(TaskKey key) implements StateMutation {}

    /** Forgets an executor that has ended and releases what it held. An unknown executor changes nothing. */
    record RemoveExecutor(ExecutorKey key) implements StateMutation {}

    /**
     * Turns resources of an agent into others, all of them or none. Conflicts where something that is consumed is not
     * there, or somebody holds it.
     *
     * @param conversions applied in order; empty where nothing changes but the framework is to be told so
     * @param operation what the framework is to be told when it is done; empty where it asked for no feedback. It takes
     *     the place of an operation of the same id
     */
    record ConvertResources(AgentId agentId, List<Conversion> conversions, Optional<Operation> operation)
            implements StateMutation {

        public ConvertResources {
            conversions = List.copyOf(conversions);
        }
    }

    /**
     * The framework knows how its operation ended. An unknown operation, or another uuid than the one of its status,
     * changes nothing.
     */
    record AcknowledgeOperation(OperationKey key, ByteString uuid) implements StateMutation {}

    /**
     * A host joins, comes back, or says something new of itself. The id decides: a new one is an addition, a known one
     * keeps its claims, reservations and volumes and becomes registered. Conflicts where what it has cannot hold what
     * is claimed there.
     *
     * @param info with id, and with the resources before any was reserved or made a volume
     * @param total what it has by its own account, with everything that was reserved on it and made a volume of; counts
     *     where the id is new
     * @param timeMs now, in ms since the epoch
     */
    record AdmitAgent(
            AgentId agentId,
            AgentInfo info,
            List<AgentInfo.Capability> capabilities,
            String mesosVersion,
            String ip,
            int port,
            Resources total,
            long timeMs)
            implements StateMutation {

        public AdmitAgent {
            capabilities = List.copyOf(capabilities);
        }

        Resources said() {
            return Resources.of(info.getResourcesList());
        }

        /** True where the agent says of itself what is known. */
        boolean repeats(Agent known) {
            return info.equals(known.info())
                    && capabilities.equals(known.capabilities())
                    && mesosVersion.equals(known.mesosVersion())
                    && ip.equals(known.ip())
                    && port == known.port();
        }
    }

    /** A host has been silent for too long. Its tasks stay; what becomes of them is said by further mutations. */
    record MarkAgentUnreachable(AgentId agentId, long timeMs) implements StateMutation {}

    /** A host leaves for good, with every task and executor on it. */
    record RemoveAgent(AgentId agentId) implements StateMutation {}

    /**
     * An operator gives a host up for good: it goes like one that leaves, and its id is remembered so that it is not
     * admitted again. A host that is gone already changes nothing.
     */
    record MarkAgentGone(AgentId agentId, long timeMs) implements StateMutation {}

    /**
     * An operator wants no new work on a host, which may be unreachable; what runs there runs on. Where that is so
     * already, be it that the host drains, this changes nothing. Conflicts where the host is not there.
     */
    record DeactivateAgent(AgentId agentId) implements StateMutation {}

    /**
     * An operator wants nothing to run on a host, which may be unreachable, and no new work there; may be said again,
     * to mean something else. Ends no task by itself. Conflicts where the host is not there.
     *
     * @param maxGraceNs the longest that a task may take to end, in ns; empty: as its kill policy says
     * @param markGone whether the host is to be marked gone when nothing is left there
     * @param timeMs now, in ms since the epoch
     */
    record DrainAgent(AgentId agentId, OptionalLong maxGraceNs, boolean markGone, long timeMs)
            implements StateMutation {}

    /**
     * A host that drains is drained, if it is registered and no task and no operation is left on it; otherwise, and
     * where it is to be marked gone instead, this changes nothing.
     */
    record FinishDrain(AgentId agentId) implements StateMutation {}

    /** A host takes new work again. Conflicts where it does already, is not there, or still drains. */
    record ReactivateAgent(AgentId agentId) implements StateMutation {}

    /**
     * Forgets a host that is unreachable, with what ran on it, or one that is gone, and without a word to anybody. Any
     * other host changes nothing.
     */
    record ForgetAgent(AgentId agentId) implements StateMutation {}

    /**
     * A framework subscribes, or subscribes again. Conflicts where the id has been removed.
     *
     * @param info with id
     * @param timeMs now, in ms since the epoch
     */
    record AdmitFramework(FrameworkId frameworkId, FrameworkInfo info, long timeMs) implements StateMutation {}

    /**
     * A framework says something else of itself; the same as before changes nothing. Conflicts where it is not there.
     *
     * @param info with id
     */
    record UpdateFramework(FrameworkId frameworkId, FrameworkInfo info) implements StateMutation {}

    /**
     * A framework is torn down or has timed out: it goes with all its tasks and executors, and its id is remembered.
     */
    record RemoveFramework(FrameworkId frameworkId) implements StateMutation {}

    /**
     * Sets weights of roles; those of others stay.
     *
     * @param weights by role, each > 0 and finite
     */
    record UpdateWeights(SortedMap<String, Double> weights) implements StateMutation {

        public UpdateWeights {
            weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
        }
    }

    /**
     * Sets quotas of roles, whether they had one or not; those of others stay.
     *
     * @param quotas by role; only roles at the top can have one
     * @param force commits even where a role has more already than its limits allow, or the cluster has less than all
     *     guarantees together
     */
    record UpdateQuotas(SortedMap<String, Quota> quotas, boolean force) implements StateMutation {

        public UpdateQuotas {
            quotas = Collections.unmodifiableSortedMap(new TreeMap<>(quotas));
        }
    }

    /**
     * Sets the quota of a role that has none.
     *
     * @param force commits even where the cluster has less than all guarantees together
     */
    record SetQuota(String role, Quota quota, boolean force) implements StateMutation {}

    /** Removes the quota of a role that has one. */
    record RemoveQuota(String role) implements StateMutation {}
}
