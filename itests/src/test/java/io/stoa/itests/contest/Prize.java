package io.stoa.itests.contest;

import static io.stoa.itests.Fixtures.shellTask;

import io.stoa.state.resources.Resources;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * All the memory that is left of a host.
 *
 * @param round no two have the same
 * @param version of the state in which it was left
 */
record Prize(int round, AgentID agent, long memMb, long version) {

    /** The task that wants it. */
    TaskInfo taskOf(String contestant) {
        return shellTask(
                contestant + "-" + round,
                agent,
                "true",
                Resources.parse("cpus:0.1;mem:" + memMb).toProto());
    }
}
