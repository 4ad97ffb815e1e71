package io.stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
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

    /** @throws CommandException where it does not run (yet) */
    static TaskContainer of(TaskDetail task) {
        if (!task.active() || task.agentAddress().isEmpty()) {
            throw new CommandException(ExitCode.FAILED, "task " + task.id() + " does not run: " + task.state());
        }
        HttpEndpoint agent = task.agent();
        if (task.containerId().isEmpty()) {
            throw new CommandException(ExitCode.FAILED, agent.name() + " does not run task " + task.id() + " yet");
        }
        return new TaskContainer(agent, id(task.containerId()));
    }

    /** @param name behind those that it is in, each with a dot */
    private static ContainerID id(String name) {
        int dot = name.lastIndexOf('.');
        ContainerID.Builder id = ContainerID.newBuilder().setValue(name.substring(dot + 1));
        return dot < 0 ? id.build() : id.setParent(id(name.substring(0, dot))).build();
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

    /** Begins a call whose body is a stream of records, each a Call in protobuf. */
    StreamedPost streamedPost() throws IOException {
        return agent.streamedPost(
                API, Map.of("Content-Type", RECORDIO, "Message-Content-Type", PROTOBUF, "Accept", JSON));
    }

    /** A container that has ended takes nothing, which its output's end tells, too. */
    void requireTaken(StreamedPost.Answer answer) {
        if (answer.status() != 200 && answer.status() != 404) {
            throw agent.refusal(API, answer.status(), answer.text());
        }
    }

    private void require(HttpResponse<InputStream> response) {
        if (response.statusCode() != 200) {
            throw agent.refusal(API, response);
        }
    }
}
