package io.stoa.agent.container;

import io.stoa.agent.container.ContainerListener.End;
import java.util.List;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;

/**
 * Why a container was ended for what it took of a resource.
 *
 * @param message in Mesos' words
 * @param resources what it took
 */
public record Limitation(Reason reason, String message, List<Resource> resources) {

    public Limitation {
        resources = List.copyOf(resources);
    }

    public End end(OptionalInt waitStatus) {
        return new End(TaskState.TASK_FAILED, reason, message, waitStatus, resources);
    }
}
