package io.stoa.itests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What runs, as the agents themselves say it: whoever else has to know may be wrong. */
final class RunningTasks {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param agent the host's name */
    record Running(String taskId, String agent) {

        /** {@code web.3.4} is of {@code web}. */
        String name() {
            return taskId.substring(0, taskId.indexOf('.'));
        }

        /** {@code web.3.4} is number 3 of {@code web}, whichever try it is. */
        String instance() {
            return taskId.substring(0, taskId.lastIndexOf('.'));
        }
    }

    private RunningTasks() {}

    /** Of all agents that the master knows and that answer. */
    static List<Running> of(ProcessCluster cluster) throws IOException, InterruptedException {
        List<Running> running = new ArrayList<>();
        for (JsonNode agent : cluster.get("/slaves").path("slaves")) {
            if (agent.path("active").asBoolean()) {
                String pid = agent.path("pid").asText();
                JsonNode state = JSON.readTree(cluster.ask(pid.substring(pid.indexOf('@') + 1), "/state")
                        .body());
                add(state, agent.path("hostname").asText(), running);
            }
        }
        return running;
    }

    private static void add(JsonNode state, String agent, List<Running> running) {
        for (JsonNode framework : state.path("frameworks")) {
            for (JsonNode executor : framework.path("executors")) {
                for (JsonNode task : executor.path("tasks")) {
                    if (task.path("state").asText().equals("TASK_RUNNING")) {
                        running.add(new Running(task.path("id").asText(), agent));
                    }
                }
            }
        }
    }
}
