package io.stoa.master;

import io.stoa.authentication.AuthenticationConfig;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.Peers;
import io.stoa.libprocess.Processes;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.authentication.FrameworkAuthentication;
import io.stoa.libprocess.scheduler.SchedulerMessages;
import io.stoa.mesos.AgentPid;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.state.SharedState;
import io.stoa.state.model.AgentId;
import io.stoa.time.Time;
import java.util.concurrent.CompletionStage;

/** Where frameworks over libprocess come in while a term lasts. */
final class MessageDoor implements MessageReceiver, AutoCloseable {

    private static final String AUTHENTICATE = "mesos.internal.AuthenticateMessage";

    private final FrameworkAuthentication authentication;
    private final SchedulerMessages frameworks;

    /** @param outside how processes elsewhere are reached, and who else can be reached here */
    MessageDoor(
            SchedulerApi scheduler,
            SharedState state,
            AuthenticationConfig config,
            Outside outside,
            MasterCounts counts,
            Time time) {
        authentication = new FrameworkAuthentication(
                config, outside.self().host(), outside.peers(), outside.processes(), counts, time);
        frameworks = new SchedulerMessages(
                scheduler,
                outside.peers(),
                authentication,
                counts,
                outside.self(),
                agent -> state.snapshot().agent(new AgentId(agent.getValue())).map(AgentPid::of));
    }

    /**
     * What lasts longer than a term.
     *
     * @param self the pid of this master
     */
    record Outside(Upid self, Peers peers, Processes processes) {}

    /** Who hears what comes for a master that does not lead: frameworks say it again to the one that does. */
    static MessageReceiver closed(MasterCounts counts) {
        return message -> counts.count(MasterEvent.DROPPED_MESSAGES);
    }

    @Override
    public void receive(Message message) {
        if (message.name().equals(AUTHENTICATE)) {
            authentication.receive(message);
        } else {
            frameworks.receive(message);
        }
    }

    @Override
    public CompletionStage<Void> room(Upid from) {
        return frameworks.room(from);
    }

    @Override
    public void close() {
        authentication.close();
    }
}
