package io.stoa.agent.executor;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.Environment.Variable;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;

/** What a command task finds in its environment: Mesos' variables, then its own, which win. */
final class TaskEnvironment {

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final String endpoint;
    private final String shutdownGracePeriod;

    /**
     * @param endpoint the agent's, {@code 10.0.0.7:5051}
     * @param shutdownGracePeriod as Mesos writes durations, {@code 5secs}
     */
    TaskEnvironment(String endpoint, String shutdownGracePeriod) {
        this.endpoint = endpoint;
        this.shutdownGracePeriod = shutdownGracePeriod;
    }

    /** Secrets, which this agent cannot resolve, are left out, as Mesos does without a resolver. */
    Map<String, String> of(FrameworkInfo framework, String frameworkId, TaskInfo task, Path sandbox) {
        Map<String, String> environment = new TreeMap<>();
        String taskId = task.getTaskId().getValue();
        environment.put("PATH", PATH);
        environment.put("MESOS_FRAMEWORK_ID", frameworkId);
        environment.put("MESOS_EXECUTOR_ID", taskId);
        environment.put("MESOS_TASK_ID", taskId);
        environment.put("MESOS_SLAVE_ID", task.getAgentId().getValue());
        environment.put("MESOS_SLAVE_PID", "slave(1)@" + endpoint);
        environment.put("MESOS_AGENT_ENDPOINT", endpoint);
        environment.put("MESOS_DIRECTORY", sandbox.toString());
        environment.put("MESOS_SANDBOX", sandbox.toString());
        environment.put("MESOS_CHECKPOINT", framework.getCheckpoint() ? "1" : "0");
        environment.put("MESOS_HTTP_COMMAND_EXECUTOR", "0");
        environment.put("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", shutdownGracePeriod);
        environment.put("LIBPROCESS_PORT", "0");
        environment.put("MESOS_ALLOCATION_ROLE", allocationRole(task));
        for (Variable variable : task.getCommand().getEnvironment().getVariablesList()) {
            if (variable.getType() != Variable.Type.SECRET) {
                environment.put(variable.getName(), variable.getValue());
            }
        }
        return environment;
    }

    private static String allocationRole(TaskInfo task) {
        return task.getResourcesCount() == 0
                ? "*"
                : task.getResources(0).getAllocationInfo().getRole();
    }
}
