package io.stoa.mesos;

import io.stoa.state.model.Agent;

/** What an agent is called where Mesos speaks of processes. */
public final class AgentPid {

    /** The name of its process. */
    public static final String PROCESS = "slave(1)";

    private AgentPid() {}

    /** {@code slave(1)@10.0.0.7:5051}. */
    public static String of(Agent agent) {
        return PROCESS + "@" + agent.ip() + ":" + agent.port();
    }
}
