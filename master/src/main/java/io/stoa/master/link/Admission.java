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
import io.stoa.state.model.AgentId;
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
 * @param tasks what the agent still has to report on
 * @param executors the custom and default executors that run there
 */
record Admission(AdmitAgent agent, boolean known, Map<TaskKey, ReportedTask> tasks, Set<ExecutorKey> executors) {

    /**
     * A task as its agent knows it.
     *
     * @param info carries resources with allocation roles
     * @param container empty where none is known
     */
    record ReportedTask(TaskInfo info, TaskState state, Optional<ContainerStatus> container) {}

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
                Map.of(),
                Set.of());
    }

    /** @throws IllegalArgumentException with what is wrong, for the agent's log */
    static Admission of(Reregister message, long timeMs) {
        AgentInfo info = parseInfo(message.getAgentInfo());
        if (info.getId().getValue().isEmpty()) {
            throw new IllegalArgumentException("agent_info.id: not set (expected: the id the agent was given)");
        }
        Map<TaskKey, ReportedTask> tasks = new HashMap<>();
        for (AgentTask task : message.getTasksList()) {
            tasks.put(new TaskKey(new FrameworkId(task.getFrameworkId()), task.getTaskId()), reported(task));
        }
        AgentId id = new AgentId(info.getId().getValue());
        Set<ExecutorKey> executors = new HashSet<>();
        for (AgentExecutor executor : message.getExecutorsList()) {
            executors.add(new ExecutorKey(id, new FrameworkId(executor.getFrameworkId()), executor.getExecutorId()));
        }
        return new Admission(
                admitAgent(
                        id,
                        info,
                        message.hasTotal() ? parseTotal(message.getTotal(), info) : said(info),
                        message.getCapabilitiesList(),
                        message.getVersion(),
                        message.getEndpoint(),
                        timeMs),
                true,
                tasks,
                executors);
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

    private static ReportedTask reported(AgentTask task) {
        TaskState state = TaskState.forNumber(task.getState());
        if (state == null) {
            throw new IllegalArgumentException(
                    "task " + task.getTaskId() + ": state " + task.getState() + " (expected: a TaskState)");
        }
        try {
            Optional<ContainerStatus> container = task.getContainerStatus().isEmpty()
                    ? Optional.empty()
                    : Optional.of(ContainerStatus.parseFrom(task.getContainerStatus()));
            return new ReportedTask(TaskInfo.parseFrom(task.getTaskInfo()), state, container);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("task " + task.getTaskId() + ": " + e.getMessage(), e);
        }
    }
}
