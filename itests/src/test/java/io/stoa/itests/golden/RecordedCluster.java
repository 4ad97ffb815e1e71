package io.stoa.itests.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Message;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.DiscoveryInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;

/** What a recorded {@code /state} was printed of, as far as it tells; the same ids throughout. */
record RecordedCluster(JsonNode state) {

    /** {@code /state} has another order than the agents' flags. */
    private static final List<String> AS_GIVEN = List.of("cpus", "mem", "disk", "gpus", "ports");

    /** @param recording of {@code /state} */
    static RecordedCluster ofState(String recording) throws IOException {
        for (Block block : RecordingParser.parse(recording)) {
            if (block instanceof Block.Response response) {
                return new RecordedCluster(new ObjectMapper().readTree(response.body()));
            }
        }
        throw new IOException(recording + ": no response");
    }

    /** What leads to the recorded cluster, in order. */
    List<StateMutation> history() {
        List<StateMutation> history = new ArrayList<>();
        state.path("slaves").forEach(agent -> history.add(admission(agent)));
        JsonNode framework = state.path("frameworks").path(0);
        history.add(new StateMutation.AdmitFramework(
                frameworkId(), frameworkInfo(framework), ms(framework.path("registered_time"))));
        for (String list : List.of("completed_tasks", "tasks")) {
            for (JsonNode task : framework.path(list)) {
                history.add(new StateMutation.Claim(
                        frameworkId(),
                        new AgentId(task.path("slave_id").asText()),
                        task.path("role").asText(),
                        taskInfo(framework, task)));
                TaskKey key = new TaskKey(frameworkId(), task.path("id").asText());
                task.path("statuses")
                        .forEach(status -> history.add(new StateMutation.UpdateTaskStatus(key, status(task, status))));
                if (list.equals("completed_tasks")) {
                    history.add(new StateMutation.RemoveTask(key));
                }
            }
        }
        return history;
    }

    FrameworkId frameworkId() {
        return new FrameworkId(state.path("frameworks").path(0).path("id").asText());
    }

    List<Offer> offers() {
        return stream(state.path("frameworks").path(0).path("offers"))
                .map(offer -> Offer.newBuilder()
                        .setId(OfferID.newBuilder().setValue(offer.path("id").asText()))
                        .setFrameworkId(FrameworkID.newBuilder()
                                .setValue(offer.path("framework_id").asText()))
                        .setAgentId(AgentID.newBuilder()
                                .setValue(offer.path("slave_id").asText()))
                        .setHostname("localhost")
                        .setAllocationInfo(Resource.AllocationInfo.newBuilder()
                                .setRole(offer.path("allocation_info")
                                        .path("role")
                                        .asText()))
                        .addAllResources(resources(offer.path("resources")).toProto("team"))
                        .build())
                .toList();
    }

    private static StateMutation admission(JsonNode agent) {
        AgentInfo.Builder info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue(agent.path("id").asText()))
                .setHostname(agent.path("hostname").asText());
        for (Map.Entry<String, JsonNode> attribute : agent.path("attributes").properties()) {
            info.addAttributes(Attribute.newBuilder()
                    .setName(attribute.getKey())
                    .setType(Value.Type.TEXT)
                    .setText(Value.Text.newBuilder()
                            .setValue(attribute.getValue().asText())));
        }
        return new StateMutation.AdmitAgent(
                new AgentId(info.getId().getValue()),
                info.build(),
                stream(agent.path("capabilities"))
                        .map(name -> AgentInfo.Capability.newBuilder()
                                .setType(AgentInfo.Capability.Type.valueOf(name.asText()))
                                .build())
                        .toList(),
                agent.path("version").asText(),
                "127.0.0.1",
                agent.path("port").asInt(),
                resources(agent.path("resources")),
                ms(agent.path("registered_time")));
    }

    private static FrameworkInfo frameworkInfo(JsonNode framework) {
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
                .setId(FrameworkID.newBuilder().setValue(framework.path("id").asText()))
                .setName(framework.path("name").asText())
                .setUser(framework.path("user").asText())
                .setHostname(framework.path("hostname").asText())
                .setWebuiUrl(framework.path("webui_url").asText())
                .setFailoverTimeout(framework.path("failover_timeout").asDouble())
                .setCheckpoint(framework.path("checkpoint").asBoolean())
                .setLabels(labels(framework));
        framework.path("roles").forEach(role -> info.addRoles(role.asText()));
        for (JsonNode name : framework.path("capabilities")) {
            info.addCapabilities(FrameworkInfo.Capability.newBuilder()
                    .setType(FrameworkInfo.Capability.Type.valueOf(name.asText())));
        }
        return info.build();
    }

    private static TaskInfo taskInfo(JsonNode framework, JsonNode task) {
        TaskInfo.Builder info = TaskInfo.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task.path("id").asText()))
                .setName(task.path("name").asText())
                .setAgentId(AgentID.newBuilder().setValue(task.path("slave_id").asText()))
                .addAllResources(resources(task.path("resources"))
                        .toProto(task.path("role").asText()));
        if (task.has("labels")) {
            info.setLabels(labels(task));
        }
        if (task.has("discovery")) {
            info.setDiscovery(message(task.path("discovery"), DiscoveryInfo.newBuilder()));
        }
        for (JsonNode executor : framework.path("executors")) {
            if (executor.path("executor_id").equals(task.path("executor_id"))) {
                info.setExecutor(ExecutorInfo.newBuilder()
                        .setType(ExecutorInfo.Type.valueOf(executor.path("type").asText()))
                        .setExecutorId(ExecutorID.newBuilder()
                                .setValue(executor.path("executor_id").asText()))
                        .addAllResources(resources(executor.path("resources"))
                                .toProto(executor.path("role").asText())));
            }
        }
        return info.build();
    }

    private static TaskStatus status(JsonNode task, JsonNode status) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task.path("id").asText()))
                .setState(TaskState.valueOf(status.path("state").asText()))
                .setTimestamp(status.path("timestamp").asDouble())
                .setContainerStatus(message(status.path("container_status"), ContainerStatus.newBuilder()))
                .build();
    }

    private static Labels labels(JsonNode owner) {
        Labels.Builder labels = Labels.newBuilder();
        owner.path("labels").forEach(label -> labels.addLabels(message(label, Label.newBuilder())));
        return labels.build();
    }

    private static Resources resources(JsonNode named) {
        return Resources.parse(named.properties().stream()
                .sorted(Comparator.comparing(resource -> AS_GIVEN.indexOf(resource.getKey())))
                .map(resource -> resource.getKey() + ":" + resource.getValue().asText())
                .collect(Collectors.joining(";")));
    }

    private static <B extends Message.Builder> B message(JsonNode json, B builder) {
        try {
            return MesosJson.parse(json.toString().getBytes(UTF_8), builder);
        } catch (MesosJsonException e) {
            throw new IllegalArgumentException(json.toString(), e);
        }
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static long ms(JsonNode seconds) {
        return Math.round(seconds.asDouble() * 1e3);
    }
}
