package io.stoa.agent.link;

import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Registered;

/** Whom the link serves. Called on the agent's thread. */
public interface LinkListener {

    /** The first message of a stream: Register or Reregister, as things are at this moment. */
    AgentMessage introduction();

    /** The master took the agent. */
    void registered(Registered message);

    /** The master does not take the agent and never will. */
    void refused(String reason);

    /** Whatever else the master says to a registered agent, but for pings. */
    void received(MasterMessage message);

    /** The link takes messages again, after it took none. */
    void writable();
}
