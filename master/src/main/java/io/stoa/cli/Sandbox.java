package io.stoa.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A task's directory on its host, read through the agent's endpoints.
 *
 * @param agent the agent's endpoints
 * @param directory on the host
 */
record Sandbox(HttpEndpoint agent, String directory) {

    /** What an agent gives at most in one answer. */
    private static final int CHUNK_MAX_BYTES = 64 * 1024;

    private static final String REPLACEMENT = "\uFFFD";

    /** Where it is, or was; empty where the agent is not there any more, or knows no tasks yet. */
    static Optional<Sandbox> of(TaskDetail task) {
        if (task.agentAddress().isEmpty()) {
            return Optional.empty();
        }
        HttpEndpoint agent = task.agent();
        String frameworks = agent.get("/files/debug").path("/frameworks").asText();
        return frameworks.isEmpty()
                ? Optional.empty()
                : Optional.of(new Sandbox(agent, frameworks + "/" + belowFrameworks(task)));
    }

    /**
     * The ids say it, also of tasks that an agent has forgotten; each run of an executor has the id of its container.
     */
    private static String belowFrameworks(TaskDetail task) {
        String executorId = task.executorId().isEmpty() ? task.id() : task.executorId();
        String run =
                task.containerId().isEmpty() ? "latest" : task.containerId().split("\\.", 2)[0];
        String ofExecutor = task.frameworkId() + "/executors/" + executorId + "/runs/" + run;
        return task.inGroup() ? ofExecutor + "/tasks/" + task.id() : ofExecutor;
    }

    /** In bytes; empty for a file that is not there. */
    OptionalLong size(String file) {
        try {
            return OptionalLong.of(
                    agent.get(read(file) + "&offset=-1").path("offset").asLong());
        } catch (CommandException e) {
            if (e.exitCode() == ExitCode.NOT_FOUND) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /**
     * A piece of a file.
     *
     * @param from a byte's offset, below {@code size}
     * @param size of the file
     */
    Piece read(String file, long from, long size) {
        long length = Math.min(size - from, CHUNK_MAX_BYTES);
        String text = agent.get(read(file) + "&offset=" + from + "&length=" + length)
                .path("data")
                .asText();
        boolean more = from + length < size;
        return more ? withoutCutCharacter(text, from, length) : new Piece(text, from + length);
    }

    /** The agent replaces what is not UTF-8, and so a character that is cut by the end of the piece. */
    private static Piece withoutCutCharacter(String text, long from, long length) {
        String whole = text.replaceFirst(REPLACEMENT + "{1,3}$", "");
        return whole.isEmpty() || whole.contains(REPLACEMENT)
                ? new Piece(text, from + length)
                : new Piece(whole, from + whole.getBytes(StandardCharsets.UTF_8).length);
    }

    /** @param end the offset behind it */
    record Piece(String text, long end) {}

    private String read(String file) {
        return "/files/read?path=" + URLEncoder.encode(directory + "/" + file, StandardCharsets.UTF_8);
    }
}
