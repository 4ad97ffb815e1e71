package io.stoa.master.dev;

import java.nio.file.Path;

/**
 * How a development cluster is.
 *
 * @param agents how many agents, 0 to 100
 * @param port the master's; 0: any free one, and the agents' as well
 * @param data where everything is kept
 */
public record DevOptions(int agents, int port, Path data) {

    private static final int MAX_AGENTS = 100;

    public DevOptions {
        if (agents < 0 || agents > MAX_AGENTS) {
            throw new IllegalArgumentException("agents: " + agents + " (expected: 0 to " + MAX_AGENTS + ")");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }
}
