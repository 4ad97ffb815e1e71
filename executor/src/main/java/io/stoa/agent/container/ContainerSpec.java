package io.stoa.agent.container;

import io.stoa.agent.sandbox.SharedSandbox;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything a containerizer needs to run one container.
 *
 * @param id unique for life
 * @param frameworkId the framework's id
 * @param workload what to run
 * @param sandbox an existing, empty directory of its own, as Mesos lays it out; stdout and stderr go there
 * @param runtimeDir an existing directory for what must outlive the agent, outside the sandbox
 * @param environment the whole environment: Mesos' own variables and the workload's
 * @param user the account to run as; empty: the agent's own
 * @param volumes the persistent volumes that it uses
 */
public record ContainerSpec(
        ContainerId id,
        String frameworkId,
        Workload workload,
        Path sandbox,
        Path runtimeDir,
        Map<String, String> environment,
        Optional<String> user,
        List<TaskVolume> volumes) {

    public ContainerSpec {
        environment = Map.copyOf(environment);
        volumes = List.copyOf(volumes);
    }

    /** The sandbox around this one, whose tasks have this one in their hands; that of a session is its parent's. */
    public Optional<SharedSandbox> around() {
        return Stream.iterate(
                        id,
                        nested -> nested.parent().isPresent(),
                        nested -> nested.parent().orElseThrow())
                .flatMap(nested -> nested.rootOf(sandbox).stream())
                .findFirst()
                .map(SharedSandbox::new);
    }

    /** The sandbox in which it has a directory of its own; empty for a root, and for a session. */
    Optional<SharedSandbox> nestedIn() {
        return id.parent().isPresent() ? id.rootOf(sandbox).map(SharedSandbox::new) : Optional.empty();
    }

    public String containerId() {
        return id.value();
    }
}
