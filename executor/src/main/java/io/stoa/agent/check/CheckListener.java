package io.stoa.agent.check;

import org.apache.mesos.v1.Protos.CheckStatusInfo;

/** A task hears of its checks, on the agent's thread. */
public interface CheckListener {

    /** The check has another result than before; without one where it has failed. */
    void checked(CheckStatusInfo result);

    /** The health check has succeeded for the first time, or again, or has failed. */
    void healthChanged(boolean healthy);

    /** The health check has failed so often that the task is to be killed; nothing follows. */
    void hopeless();
}
