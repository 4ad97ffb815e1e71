package io.stoa.agent.docker;

import java.nio.file.Path;

/**
 * How an agent uses its Docker engine.
 *
 * @param socket the engine's
 * @param removeDelayMs how long a container stays in the engine after its end, for people to look at
 * @param removesOrphans whether containers of earlier lives of the agent that nobody knows any more are ended
 * @param stopTimeoutMs how long these have to end before they are killed
 */
public record DockerConfig(Path socket, long removeDelayMs, boolean removesOrphans, long stopTimeoutMs) {

    public DockerConfig {
        requireNotNegative("docker_remove_delay", removeDelayMs);
        requireNotNegative("docker_stop_timeout", stopTimeoutMs);
    }

    private static void requireNotNegative(String name, long ms) {
        if (ms < 0) {
            throw new IllegalArgumentException(name + ": " + ms + " ms (expected: >= 0)");
        }
    }
}
