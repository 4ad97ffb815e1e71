package io.stoa.master.link;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.util.NetUtil;
import io.stoa.proto.agent.AgentExecutor;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Reregister;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.AdmitAgent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * An agent's request to be admitted, decoded and checked.
 *
 * @param agent what is asked of the state
 * @param known true where the agent had its id before
 * @param converted true where the agent takes something to be reserved on it, or to be a volume
 * @param tasks what the agent still has to report on
 * @param executors the custom and default executors that run there
 */
record Admission(
        AdmitAgent agent,
        boolean known,
        boolean converted,
        Map<TaskKey, ReportedTask> tasks,
        Set<ExecutorKey> executors) {

    /** A task as its agent knows it. Most are known to the state: what they are in full is decoded when it is asked. */
    record ReportedTask(AgentTask message, TaskState state) {

        /** @throws IllegalArgumentException with what is wrong, for the agent's log */
        static ReportedTask of(AgentTask message) {
            TaskState state = TaskState.forNumber(message.getState());
            if (state == null) {
                throw new IllegalArgumentException(
                        "task " + message.getTaskId() + ": state " + message.getState() + " (expected: a TaskState)");
            }
            return new ReportedTask(message, state);
        }

        /**
         * Carries resources with allocation roles.
         *
         * @throws IllegalArgumentException with what is wrong, for the agent's log
         */
        TaskInfo info() {
            return decoded(() -> TaskInfo.parseFrom(message.getTaskInfo()));
        }

        /**
         * Empty where none is known.
         *
         * @throws IllegalArgumentException with what is wrong, for the agent's log
         */
        Optional<ContainerStatus> container() {
            return message.getContainerStatus().isEmpty()
                    ? Optional.empty()
                    : Optional.of(decoded(() -> ContainerStatus.parseFrom(message.getContainerStatus())));
        }

        private interface Decoder<T> {
            T decode() throws InvalidProtocolBufferException;
        }

        private <T> T decoded(Decoder<T> decoder) {
            try {
                return decoder.decode();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException("task " + message.getTaskId() + ": " + e.getMessage(), e);
            }
        }
    }

    /** @throws IllegalArgumentException with what is wrong, for the agent's log */
    static Admission of(Register message, AgentId newId, long timeMs) {
        AgentInfo info = parseInfo(message.getAgentInfo());
        return new Admission(
                admitAgent(
                        newId,
                        info,
                        message.hasTotal() ? parseTotal(message.getTotal(), info) : said(info),
                        message.getCapabilitiesList(),
                        message.getVersion(),
                        message.getEndpoint(),
                        timeMs),
                false,
                message.hasTotal(),
                Map.of(),
                Set.of());
    }

    /**
     * @param snapshot what is known by now
     * @throws IllegalArgumentException with what is wrong, for the agent's log
     */
    static Admission of(Reregister message, ClusterSnapshot snapshot, long timeMs) {
        AdmitAgent agent = snapshot.agent(new AgentId(message.getAgentId()))
                .filter(known -> repeats(message, known))
                .map(known -> asKnown(known, timeMs))
                .orElseGet(() -> decoded(message, timeMs));
        Map<TaskKey, ReportedTask> tasks = new HashMap<>();
        for (AgentTask task : message.getTasksList()) {
            tasks.put(new TaskKey(new FrameworkId(task.getFrameworkId()), task.getTaskId()), ReportedTask.of(task));
        }
        Set<ExecutorKey> executors = new HashSet<>();
        for (AgentExecutor executor : message.getExecutorsList()) {
            executors.add(new ExecutorKey(
                    agent.agentId(), new FrameworkId(executor.getFrameworkId()), executor.getExecutorId()));
        }
        return new Admission(agent, true, message.hasTotal(), tasks, executors);
    }

    /** True where the agent says of itself, byte for byte, what is known. */
    private static boolean repeats(Reregister message, Agent known) {
        return message.getVersion().equals(known.mesosVersion())
                && message.getEndpoint().getIp().equals(known.ip())
                && message.getEndpoint().getPort() == known.port()
                && message.getAgentInfo().equals(known.infoBytes())
                && message.getCapabilitiesList()
                        .equals(known.capabilities().stream()
                                .map(AgentInfo.Capability::toByteString)
                                .toList());
    }

    private static AdmitAgent asKnown(Agent known, long timeMs) {
        return new AdmitAgent(
                known.id(),
                known.info(),
                known.capabilities(),
                known.mesosVersion(),
                known.ip(),
                known.port(),
                known.total(),
                timeMs);
    }

    private static AdmitAgent decoded(Reregister message, long timeMs) {
        AgentInfo info = parseInfo(message.getAgentInfo());
        if (info.getId().getValue().isEmpty()) {
            throw new IllegalArgumentException("agent_info.id: not set (expected: the id the agent was given)");
        }
        return admitAgent(
                new AgentId(info.getId().getValue()),
                info,
                message.hasTotal() ? parseTotal(message.getTotal(), info) : said(info),
                message.getCapabilitiesList(),
                message.getVersion(),
                message.getEndpoint(),
                timeMs);
    }

    private static AdmitAgent admitAgent(
            AgentId id,
            AgentInfo info,
            Resources total,
            List<ByteString> capabilities,
            String version,
            Endpoint endpoint,
            long timeMs) {
        if (endpoint.getPort() < 0 || endpoint.getPort() > 65_535) {
            throw new IllegalArgumentException(
                    "endpoint.port: " + endpoint.getPort() + " (expected: 0 to 65535; 0: none)");
        }
        if (!NetUtil.isValidIpV4Address(endpoint.getIp()) && !NetUtil.isValidIpV6Address(endpoint.getIp())) {
            throw new IllegalArgumentException("endpoint.ip: '" + endpoint.getIp() + "' (expected: an IP address)");
        }
        return new AdmitAgent(
                id,
                info.toBuilder()
                        .setId(AgentID.newBuilder().setValue(id.value()))
                        .build(),
                parseCapabilities(capabilities),
                version,
                endpoint.getIp(),
                endpoint.getPort(),
                total,
                timeMs);
    }

    private static Resources said(AgentInfo info) {
        return Resources.of(info.getResourcesList());
    }

    /** Reserving and making volumes neither adds nor takes anything. */
    private static Resources parseTotal(AgentTotal message, AgentInfo info) {
        List<Resource> resources = new ArrayList<>(message.getResourcesCount());
        for (ByteString bytes : message.getResourcesList()) {
            try {
                resources.add(Resource.parseFrom(bytes));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException("total: " + e.getMessage(), e);
            }
        }
        Resources total = Resources.of(resources);
        Resources said = said(info);
        if (!total.quantities().equals(said.quantities())) {
            throw new IllegalArgumentException("total: " + total + " (expected: as much as " + said + ")");
        }
        return total;
    }

    private static AgentInfo parseInfo(ByteString bytes) {
        try {
            return AgentInfo.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("agent_info: " + e.getMessage(), e);
        }
    }

    private static List<AgentInfo.Capability> parseCapabilities(List<ByteString> encoded) {
        List<AgentInfo.Capability> capabilities = new ArrayList<>(encoded.size());
        for (ByteString bytes : encoded) {
            try {
                capabilities.add(AgentInfo.Capability.parseFrom(bytes));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException("capabilities: " + e.getMessage(), e);
            }
        }
        return capabilities;
    }
}
