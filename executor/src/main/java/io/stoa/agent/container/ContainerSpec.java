package io.stoa.agent.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * Everything a containerizer needs to run one task.
 *
 * @param containerId a uuid, unique for life
 * @param frameworkId the framework's id
 * @param task what to run
 * @param sandbox an existing, empty directory of the task's own, as Mesos lays it out; stdout and stderr go there
 * @param runtimeDir an existing directory for what must outlive the agent, outside the sandbox
 * @param environment the whole environment of the task: Mesos' own variables and the task's
 * @param user the account to run as; empty: the agent's own
 * @param volumes the persistent volumes that it uses
 */
public record ContainerSpec(
        String containerId,
        String frameworkId,
        TaskInfo task,
        Path sandbox,
        Path runtimeDir,
        Map<String, String> environment,
        Optional<String> user,
        List<TaskVolume> volumes) {

    public ContainerSpec {
        environment = Map.copyOf(environment);
        volumes = List.copyOf(volumes);
    }
}
