package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Where a task stands and what it waits for, in sentences. */
final class TaskReasons {

    private final JsonNode task;
    private final long nowMs;
    private final Set<String> waits = new TreeSet<>();

    /**
     * @param task as {@code /stoa/explain} shows it
     * @param nowMs when it did, in ms since the epoch
     */
    TaskReasons(JsonNode task, long nowMs) {
        this.task = task;
        this.nowMs = nowMs;
        task.path("waits_for").forEach(wait -> waits.add(wait.asText()));
    }

    /** {@code RUNNING}. */
    static String shortState(String state) {
        return state.replaceFirst("^TASK_", "");
    }

    List<String> paragraphs() {
        List<String> points = new ArrayList<>();
        if (task.has("status")) {
            points.add(status());
        }
        points.add(agent());
        if (waits.contains("launch")) {
            points.add(launch());
        }
        if (waits.contains("kill")) {
            points.add("Its end was asked for, and the agent has not reported it yet."
                    + (waits.contains("agent") ? " The agent is told again when it is back." : ""));
        }
        if (waits.contains("acknowledgement")) {
            points.add(
                    task.path("terminal").asBoolean()
                            ? "It has ended and holds nothing any more, but its framework has not acknowledged that."
                            : "Its framework has not acknowledged this status. The agent keeps newer ones back until then.");
        }
        if (waits.contains("framework")) {
            points.add("Its framework is not subscribed, so it hears nothing of the task until it is.");
        }
        if (waits.isEmpty()) {
            points.add(task.path("terminal").asBoolean() ? "It is over." : "It waits for nothing.");
        }
        List<String> all = new ArrayList<>();
        all.add(Terminal.oneLine("task " + task.path("id").asText() + " of "
                + task.path("framework").path("name").asText() + " ("
                + task.path("framework").path("id").asText() + "): "
                + shortState(task.path("state").asText()) + since()));
        points.forEach(point -> all.add(Paragraphs.POINT + Terminal.oneLine(point)));
        return all;
    }

    private String since() {
        long sinceMs = task.has("status")
                ? Math.round(task.path("status").path("timestamp").asDouble() * 1000)
                : task.path("launched_ms").asLong();
        return sinceMs == 0
                ? ", launched before this master began to lead"
                : " since " + Moment.ofMsForPeople(sinceMs) + " (" + Moment.span(nowMs - sinceMs) + ")";
    }

    private String status() {
        JsonNode status = task.path("status");
        String source = status.path("source").asText().replaceFirst("^SOURCE_", "");
        String reason = status.path("reason").asText();
        String message = status.path("message").asText();
        return "Its last status is " + shortState(status.path("state").asText())
                + (source.isEmpty() ? "" : ", by the " + source.toLowerCase(Locale.ROOT))
                + (reason.isEmpty() ? "" : ", with " + reason)
                + (message.isEmpty() ? "." : ": " + message);
    }

    private String agent() {
        JsonNode agent = task.path("agent");
        String who = agent.has("hostname")
                ? agent.path("hostname").asText() + " (" + agent.path("id").asText() + ", "
                        + agent.path("address").asText() + ")"
                : agent.path("id").asText();
        return "Its agent " + who
                + switch (agent.path("state").asText()) {
                    case "connected" ->
                        agent.has("given_up_in_ms")
                                ? " is connected but does not answer pings; it" + givenUp(agent)
                                : " is connected.";
                    case "disconnected" ->
                        " is not connected: nothing is heard of the task, which may go on, and nothing reaches it. The"
                                + " agent" + givenUp(agent);
                    case "recovered" ->
                        " has not come back since this master began to lead. The agent" + givenUp(agent);
                    case "unreachable" ->
                        " was given up " + ago(agent)
                                + ". The task may go on there; what became of it is told when the agent is back.";
                    case "gone" -> " was marked gone " + ago(agent) + ", and everything on it with it.";
                    default -> " is not there any more.";
                };
    }

    private static String givenUp(JsonNode agent) {
        return " is given up in " + Moment.span(agent.path("given_up_in_ms").asLong())
                + " unless it is heard, and what it runs is unreachable then.";
    }

    private String ago(JsonNode agent) {
        long sinceMs = agent.path("since_ms").asLong();
        return Moment.span(nowMs - sinceMs) + " ago (" + Moment.ofMsForPeople(sinceMs) + ")";
    }

    private String launch() {
        return waits.contains("agent")
                ? "The agent has not said anything of it since the launch. If it comes back without the task, the task"
                        + " is dropped."
                : "It was launched, and the agent has not said anything of it yet: it fetches, pulls an image, waits"
                        + " for an executor, or hangs; its log tells.";
    }
}
