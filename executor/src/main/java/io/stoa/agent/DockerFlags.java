package io.stoa.agent;

import io.stoa.agent.docker.DockerConfig;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How an agent uses its Docker engine: Mesos' names, forms and defaults. */
final class DockerFlags {

    private static final Flag<Path> DOCKER_SOCKET = Flag.of(
                    "docker_socket", FlagType.PATH, "The Docker engine's socket, where --containerizers has docker.")
            .withDefault("/var/run/docker.sock");
    private static final Flag<Duration> DOCKER_REMOVE_DELAY = Flag.of(
                    "docker_remove_delay",
                    FlagType.DURATION,
                    "How long Docker containers stay in the engine after their end, for people to look at; a restart of"
                            + " the agent removes them, too.")
            .withDefault("6hrs");
    private static final Flag<Boolean> DOCKER_KILL_ORPHANS = Flag.of(
                    "docker_kill_orphans",
                    FlagType.BOOLEAN,
                    "Whether an agent that starts ends the Docker containers that an agent on the same work directory"
                            + " launched and that it does not know.")
            .withDefault("true");
    private static final Flag<Duration> DOCKER_STOP_TIMEOUT = Flag.of(
                    "docker_stop_timeout",
                    FlagType.DURATION,
                    "How long such containers (--docker_kill_orphans) have to end before they are killed. What tasks have is"
                            + " said by their kill policy.")
            .withDefault("0secs");

    static final List<Flag<?>> ALL =
            List.of(DOCKER_SOCKET, DOCKER_REMOVE_DELAY, DOCKER_KILL_ORPHANS, DOCKER_STOP_TIMEOUT);

    private DockerFlags() {}

    static DockerConfig config(FlagValues values) {
        return new DockerConfig(
                values.get(DOCKER_SOCKET),
                values.get(DOCKER_REMOVE_DELAY).toMillis(),
                values.get(DOCKER_KILL_ORPHANS),
                values.get(DOCKER_STOP_TIMEOUT).toMillis());
    }
}
