package io.stoa.agent.fetch;

import io.stoa.agent.sandbox.SharedSandbox;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where fetched files go.
 *
 * @param around the sandbox that it is in, if any: others may be using both
 * @param user who shall own the files; empty: the agent's own user
 * @param volumes parts of the sandbox that are somewhere else
 */
public record Destination(Path sandbox, Optional<SharedSandbox> around, Optional<String> user, List<Volume> volumes) {

    public Destination {
        volumes = List.copyOf(volumes);
    }

    /** A sandbox that is in no other, and whole. */
    public Destination(Path sandbox, Optional<String> user) {
        this(sandbox, Optional.empty(), user, List.of());
    }

    /**
     * A part of a sandbox.
     *
     * @param name a relative path in the sandbox, normalized
     * @param source where it is; made where it is not there and in the sandbox around
     */
    public record Volume(Path name, Path source) {}

    /** The sandbox that no other is around. */
    SharedSandbox whole() {
        return around.orElseGet(() -> new SharedSandbox(sandbox));
    }
}
