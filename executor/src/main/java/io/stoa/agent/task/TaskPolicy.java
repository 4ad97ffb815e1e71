package io.stoa.agent.task;

import io.stoa.agent.container.ContainerListener.End;
import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** What a task and its framework ask of the agent. */
public final class TaskPolicy {

    /** Mesos' default. */
    private static final long KILL_GRACE_MS = 3_000;

    private TaskPolicy() {}

    /** Why this agent cannot run the task at all; empty where it may try. */
    public static Optional<String> obstacle(TaskInfo task) {
        if (!task.hasCommand()) {
            return Optional.of("The task has no command");
        }
        boolean inImage = task.getContainer().getType() == ContainerInfo.Type.DOCKER && task.hasContainer();
        if (!inImage && task.getCommand().getValue().isEmpty()) {
            return Optional.of(
                    (task.getCommand().getShell() ? "Shell command" : "Executable") + " of the task is not specified");
        }
        return Optional.empty();
    }

    /** How a task ends that was sent here together with volumes that are not here. */
    public static End unknownVolumes(FrameworkInfo framework) {
        return new End(
                hears(framework, FrameworkInfo.Capability.Type.PARTITION_AWARE)
                        ? TaskState.TASK_DROPPED
                        : TaskState.TASK_LOST,
                TaskStatus.Reason.REASON_RESOURCES_UNKNOWN,
                "The checkpointed resources being used by the task or task group are unknown to the agent");
    }

    /** How long a task may take to end: what the kill says, what the task says, 3 s. */
    public static long killGraceMs(Optional<KillPolicy> kill, TaskInfo task) {
        return kill.filter(KillPolicy::hasGracePeriod)
                .or(() -> Optional.of(task.getKillPolicy()).filter(KillPolicy::hasGracePeriod))
                .map(policy -> milliseconds(policy.getGracePeriod()))
                .orElse(KILL_GRACE_MS);
    }

    public static long milliseconds(DurationInfo duration) {
        return Math.max(0, duration.getNanoseconds() / 1_000_000);
    }

    public static boolean hears(FrameworkInfo framework, FrameworkInfo.Capability.Type capability) {
        return framework.getCapabilitiesList().stream().anyMatch(has -> has.getType() == capability);
    }

    /** The account a task runs as; empty: the agent's own. */
    public static Optional<String> user(FrameworkInfo framework, TaskInfo task, boolean switchUser) {
        return user(framework, task.getCommand(), switchUser);
    }

    /** The same of any command of a framework. */
    public static Optional<String> user(FrameworkInfo framework, CommandInfo command, boolean switchUser) {
        if (!switchUser) {
            return Optional.empty();
        }
        return Optional.of(command.hasUser() ? command.getUser() : framework.getUser())
                .filter(user -> !user.isEmpty());
    }
}
