package io.stoa.agent.executor;

import io.stoa.agent.container.Variables;
import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.LiveTask;
import io.stoa.flags.DurationText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;

/**
 * What tasks and executors find in their environment: Mesos' variables and their own, which win, but for those of
 * Mesos' that only a task has, which win over its own.
 *
 * @param endpoint the agent's, {@code 10.0.0.7:5051}
 */
record ExecutorEnvironment(String endpoint, ExecutorPolicy policy) {

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Of a task without an executor. */
    Map<String, String> of(LiveTask task, Path sandbox) {
        Map<String, String> environment =
                common(task.framework(), task.run(), sandbox, policy.timeouts().shutdownGraceMs());
        environment.put("MESOS_TASK_ID", task.key().taskId());
        environment.putAll(Variables.of(task.info().getCommand()));
        environment.put("MESOS_ALLOCATION_ROLE", role(task.info().getResourcesList()));
        return environment;
    }

    /** Of a task in a pod. */
    Map<String, String> inPod(LiveTask task, Path sandbox) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", PATH);
        environment.put("MESOS_SANDBOX", sandbox.toString());
        environment.putAll(Variables.of(task.info().getCommand()));
        environment.put("MESOS_CONTAINER_IP", endpoint.substring(0, endpoint.lastIndexOf(':')));
        environment.put("MESOS_ALLOCATION_ROLE", role(task.info().getResourcesList()));
        return environment;
    }

    /** Of a program of the framework. */
    Map<String, String> of(SharedExecutor executor, Path sandbox, long shutdownGraceMs) {
        Map<String, String> environment = common(executor.framework(), executor.run(), sandbox, shutdownGraceMs);
        if (executor.framework().getCheckpoint()) {
            environment.put(
                    "MESOS_RECOVERY_TIMEOUT", DurationText.of(policy.timeouts().recoveryMs()));
            environment.put(
                    "MESOS_SUBSCRIPTION_BACKOFF_MAX",
                    DurationText.of(policy.timeouts().reregistrationMs()));
        }
        environment.putAll(Variables.of(executor.info().getCommand()));
        return environment;
    }

    private Map<String, String> common(FrameworkInfo framework, Run run, Path sandbox, long shutdownGraceMs) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", PATH);
        environment.putAll(policy.environment());
        environment.put("MESOS_FRAMEWORK_ID", run.frameworkId());
        environment.put("MESOS_EXECUTOR_ID", run.executorId());
        environment.put("MESOS_SLAVE_ID", run.agentId());
        environment.put("MESOS_SLAVE_PID", "slave(1)@" + endpoint);
        environment.put("MESOS_AGENT_ENDPOINT", endpoint);
        environment.put("MESOS_DIRECTORY", sandbox.toString());
        environment.put("MESOS_SANDBOX", sandbox.toString());
        environment.put("MESOS_CHECKPOINT", framework.getCheckpoint() ? "1" : "0");
        environment.put("MESOS_HTTP_COMMAND_EXECUTOR", "0");
        environment.put("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", DurationText.of(shutdownGraceMs));
        environment.put("LIBPROCESS_PORT", "0");
        return environment;
    }

    private static String role(List<Resource> resources) {
        return resources.isEmpty() ? "*" : resources.get(0).getAllocationInfo().getRole();
    }
}
