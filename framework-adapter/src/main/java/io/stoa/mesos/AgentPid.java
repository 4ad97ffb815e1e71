package io.stoa.mesos;

import io.stoa.state.model.Agent;

/** What an agent is called where Mesos speaks of processes. */
public final class AgentPid {

    private AgentPid() {}

    /** {@code slave(1)@10.0.0.7:5051}. */
    public static String of(Agent agent) {
        return "slave(1)@" + agent.ip() + ":" + agent.port();
    }
}
