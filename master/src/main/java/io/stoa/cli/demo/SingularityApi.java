package io.stoa.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import io.stoa.cli.HttpEndpoint;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** What the demo asks of Singularity, over its REST interface. */
final class SingularityApi {

    private static final String API = "/singularity/api";
    private static final Set<String> TERMINAL =
            Set.of("TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST", "TASK_ERROR", "TASK_DROPPED");

    private final HttpEndpoint endpoint;

    /** @param url as {@link Singularity#url()} */
    SingularityApi(String url) {
        endpoint = new HttpEndpoint("Singularity", URI.create(url));
    }

    /** True when it is subscribed to the master, and so can launch. False also while it does not answer yet. */
    boolean isSubscribed() {
        try {
            JsonNode hosts = endpoint.get(API + "/state?skipCache=true").path("hostStates");
            return StreamSupport.stream(hosts.spliterator(), false)
                    .anyMatch(host -> host.path("driverStatus").asText().equals("SUBSCRIBED"));
        } catch (CommandException e) {
            if (e.exitCode() == ExitCode.UNREACHABLE || e.exitCode() == ExitCode.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** @param json a SingularityRequest */
    void createRequest(String json) {
        endpoint.post(API + "/requests", json);
    }

    /** @param json a SingularityDeployRequest */
    void deploy(String json) {
        endpoint.post(API + "/deploys", json);
    }

    /** How a deploy ended, {@code SUCCEEDED} or something else; empty while it goes on. */
    Optional<String> deployResult(String requestId, String deployId) {
        JsonNode result = endpoint.get(API + "/history/request/" + requestId + "/deploy/" + deployId)
                .path("deployResult");
        String state = result.path("deployState").asText();
        return state.isEmpty() || state.equals("WAITING") ? Optional.empty() : Optional.of(state);
    }

    /** The ids of a request's tasks that run or are about to. */
    List<String> activeTasks(String requestId) {
        return ids(endpoint.get(API + "/history/request/" + requestId + "/tasks/active"));
    }

    /** A task that is over. */
    record Ended(String taskId, String state) {}

    /** The request's newest task, if that has ended. */
    Optional<Ended> endedTask(String requestId) {
        JsonNode task = endpoint.get(API + "/history/request/" + requestId + "/tasks?count=1&page=1")
                .path(0);
        String state = task.path("lastTaskState").asText();
        return TERMINAL.contains(state)
                ? Optional.of(new Ended(task.path("taskId").path("id").asText(), state))
                : Optional.empty();
    }

    /** Where an active task listens: {@code http://host:port/}, by its first port. */
    URI addressOf(String taskId) {
        JsonNode task = endpoint.get(API + "/tasks/task/" + taskId);
        for (JsonNode resource : task.path("mesosTask").path("resources")) {
            if (resource.path("name").asText().equals("ports")) {
                long port = resource.path("ranges")
                        .path("range")
                        .path(0)
                        .path("begin")
                        .asLong();
                return URI.create("http://" + task.path("taskId").path("host").asText() + ":" + port + "/");
            }
        }
        throw new CommandException(ExitCode.FAILED, "Singularity names no port of task " + taskId);
    }

    private static List<String> ids(JsonNode tasks) {
        return StreamSupport.stream(tasks.spliterator(), false)
                .map(task -> task.path("taskId").path("id").asText())
                .toList();
    }
}
