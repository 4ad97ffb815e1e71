package io.stoa.itests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the master's {@code /state} says of a framework.
 *
 * @param removed whether it is among the completed ones
 * @param tasks states by task id
 * @param completedTasks states by task id
 * @param agents of the tasks that are not completed, by task id
 */
public record FrameworkView(
        boolean connected,
        boolean removed,
        Map<String, String> tasks,
        Map<String, String> completedTasks,
        Map<String, String> agents) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    public FrameworkView {
        tasks = Map.copyOf(tasks);
        completedTasks = Map.copyOf(completedTasks);
        agents = Map.copyOf(agents);
    }

    /**
     * @param master {@code host:port}
     * @throws IOException also where it does not lead yet
     */
    public static FrameworkView read(String master, String id) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + master + "/state"))
                .timeout(TIMEOUT)
                .build();
        HttpResponse<byte[]> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode() + " (expected: 200)");
        }
        JsonNode state = JSON.readTree(answer.body());
        for (String list : new String[] {"frameworks", "completed_frameworks"}) {
            for (JsonNode framework : state.path(list)) {
                if (framework.path("id").asText().equals(id)) {
                    return new FrameworkView(
                            framework.path("connected").asBoolean(),
                            list.startsWith("completed"),
                            byTask(framework.path("tasks"), "state"),
                            byTask(framework.path("completed_tasks"), "state"),
                            byTask(framework.path("tasks"), "slave_id"));
                }
            }
        }
        throw new AssertionError("no framework " + id + " in " + state);
    }

    private static Map<String, String> byTask(JsonNode tasks, String field) {
        Map<String, String> values = new HashMap<>();
        for (JsonNode task : tasks) {
            values.put(task.path("id").asText(), task.path(field).asText());
        }
        return values;
    }
}
