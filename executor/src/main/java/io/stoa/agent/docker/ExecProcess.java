package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.command.InspectExecResponse;
import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command that the engine runs in a container.
 *
 * @param id the engine's
 */
record ExecProcess(Engine engine, String id) {

    /** How it ended; empty while it runs. */
    Optional<WaitStatus> end() {
        InspectExecResponse state = engine.inspectExec(id);
        Long exitCode = state.getExitCodeLong();
        return Boolean.TRUE.equals(state.isRunning()) || exitCode == null
                ? Optional.empty()
                : Optional.of(new WaitStatus((int) (exitCode & 0xff) << 8));
    }

    /** Kills it and what it started; the engine has no call for that. */
    void kill() throws IOException {
        InspectExecResponse state = engine.inspectExec(id);
        Long pid = state.getPidLong();
        if (Boolean.TRUE.equals(state.isRunning()) && pid != null && isInContainer(pid, state.getContainerID())) {
            ProcessHandle.of(pid)
                    .ifPresent(first -> Stream.concat(first.descendants(), Stream.of(first))
                            .forEach(ProcessHandle::destroyForcibly));
        }
    }

    /** The engine may count its processes otherwise than this host does. */
    private static boolean isInContainer(long pid, @Nullable String container) throws IOException {
        Path groups = Path.of("/proc", Long.toString(pid), "cgroup");
        return container != null
                && Files.exists(groups)
                && Files.readString(groups, UTF_8).contains(container);
    }
}
