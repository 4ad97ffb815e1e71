package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;

/**
 * The container of a task that runs, and the operator API of the agent that has it.
 *
 * @param agent the agent's endpoints
 */
record TaskContainer(HttpEndpoint agent, ContainerID id) {

    private static final String API = "/api/v1";
    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String RECORDIO = "application/recordio";

    /** @throws CommandException where it does not run, or its agent does not know it */
    static TaskContainer of(TaskDetail task) {
        if (!task.active() || task.agentAddress().isEmpty()) {
            throw new CommandException(ExitCode.FAILED, "task " + task.id() + " does not run: " + task.state());
        }
        HttpEndpoint agent =
                new HttpEndpoint("agent " + task.agentAddress(), URI.create("http://" + task.agentAddress()));
        for (JsonNode framework : agent.get("/state").path("frameworks")) {
            if (framework.path("id").asText().equals(task.frameworkId())) {
                for (JsonNode executor : framework.path("executors")) {
                    for (JsonNode known : executor.path("tasks")) {
                        JsonNode statuses = known.path("statuses");
                        if (known.path("id").asText().equals(task.id()) && !statuses.isEmpty()) {
                            JsonNode status = statuses.get(statuses.size() - 1);
                            return new TaskContainer(
                                    agent, id(status.path("container_status").path("container_id")));
                        }
                    }
                }
            }
        }
        throw new CommandException(ExitCode.FAILED, agent.name() + " does not run task " + task.id() + " yet");
    }

    private static ContainerID id(JsonNode json) {
        try {
            return MesosJson.parse(json.toString().getBytes(StandardCharsets.UTF_8), ContainerID.newBuilder())
                    .build();
        } catch (MesosJsonException e) {
            throw new CommandException(ExitCode.FAILED, "the task has no container");
        }
    }

    ContainerID child(String value) {
        return ContainerID.newBuilder().setValue(value).setParent(id).build();
    }

    /** Makes a call with one answer. */
    Response call(Call call) {
        HttpResponse<InputStream> response = agent.send(agent.request(API)
                .header("Content-Type", PROTOBUF)
                .header("Accept", PROTOBUF)
                .POST(BodyPublishers.ofByteArray(call.toByteArray()))
                .build());
        require(response);
        try (InputStream body = response.body()) {
            return Response.parseFrom(body.readAllBytes());
        } catch (IOException e) {
            throw agent.unreachable(e);
        }
    }

    /** Makes a call whose answer is a stream of records, each a ProcessIO. */
    InputStream stream(Call call) {
        HttpResponse<InputStream> response = agent.send(agent.request(API)
                .header("Content-Type", PROTOBUF)
                .header("Accept", RECORDIO)
                .header("Message-Accept", PROTOBUF)
                .POST(BodyPublishers.ofByteArray(call.toByteArray()))
                .build());
        require(response);
        return response.body();
    }

    /** Sends a stream of records, each a Call in protobuf; returns when the agent has taken all of it. */
    void send(BodyPublisher records) {
        HttpRequest request = agent.request(API)
                .header("Content-Type", RECORDIO)
                .header("Message-Content-Type", PROTOBUF)
                .header("Accept", JSON)
                .POST(records)
                .build();
        require(agent.send(request));
    }

    private void require(HttpResponse<InputStream> response) {
        if (response.statusCode() != 200) {
            throw agent.refusal(API, response);
        }
    }
}
