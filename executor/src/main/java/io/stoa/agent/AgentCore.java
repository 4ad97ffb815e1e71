package io.stoa.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.link.AgentIdentity;
import io.stoa.agent.link.LinkListener;
import io.stoa.agent.task.Tasks;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Registered;
import io.stoa.proto.agent.Reregister;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.mesos.AgentCapabilities;
import io.stoa.proto.mesos.MesosVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.AgentInfo.Capability;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings together what the master says and the tasks. Runs on the agent's thread. */
final class AgentCore implements LinkListener {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCore.class);

    private final AgentIdentity identity;
    private final Tasks tasks;
    private final Volumes volumes;
    private final Endpoint endpoint;
    private final Consumer<Ending> ending;
    private String masterHostname = "";

    /**
     * Why an agent ends.
     *
     * @param failure true where it did not want to
     */
    record Ending(String reason, boolean failure) {}

    /**
     * @param endpoint the agent's HTTP endpoints
     * @param ending called when the master wants this agent to end; its tasks have ended then
     */
    AgentCore(AgentIdentity identity, Tasks tasks, Volumes volumes, Endpoint endpoint, Consumer<Ending> ending) {
        this.identity = identity;
        this.tasks = tasks;
        this.volumes = volumes;
        this.endpoint = endpoint;
        this.ending = ending;
    }

    /** Of the newest master that registered this agent; empty before. */
    String masterHostname() {
        return masterHostname;
    }

    @Override
    public AgentMessage introduction() {
        List<ByteString> capabilities =
                AgentCapabilities.ALL.stream().map(Capability::toByteString).toList();
        AgentMessage.Builder message = AgentMessage.newBuilder();
        if (identity.id().isEmpty()) {
            Register.Builder register = Register.newBuilder()
                    .setAgentInfo(identity.info().toByteString())
                    .setVersion(MesosVersion.EMULATED)
                    .setEndpoint(endpoint)
                    .addAllCapabilities(capabilities);
            volumes.report().ifPresent(register::setTotal);
            return message.setRegister(register).build();
        }
        Reregister.Builder reregister = Reregister.newBuilder()
                .setAgentId(identity.id().orElseThrow())
                .setAgentInfo(identity.info().toByteString())
                .setVersion(MesosVersion.EMULATED)
                .setEndpoint(endpoint)
                .addAllCapabilities(capabilities)
                .addAllTasks(tasks.report());
        volumes.report().ifPresent(reregister::setTotal);
        return message.setReregister(reregister).build();
    }

    @Override
    public void registered(Registered message) {
        LOG.info("Registered agent={}", message.getAgentId());
        try {
            identity.adopt(message.getAgentId());
            if (!message.getMasterInfo().isEmpty()) {
                masterHostname = MasterInfo.parseFrom(message.getMasterInfo()).getHostname();
            }
            if (message.hasTotal()) {
                become(message.getTotal(), List.of());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tasks.resendUpdates();
    }

    @Override
    public void refused(String reason) {
        ending.accept(new Ending("The master refuses this agent: " + reason, true));
    }

    @Override
    public void received(MasterMessage message) {
        try {
            handle(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("The master sent what is no message of Mesos", e);
        }
    }

    private void handle(MasterMessage message) throws InvalidProtocolBufferException {
        switch (message.getMessageCase()) {
            case RUN_TASK -> run(message.getRunTask());
            case TOTAL_CHANGED ->
                become(
                        message.getTotalChanged().getTotal(),
                        message.getTotalChanged().getDestroyedList());
            case KILL_TASK -> tasks.kill(message.getKillTask());
            case ACKNOWLEDGEMENT -> tasks.acknowledge(message.getAcknowledgement());
            case FRAMEWORK_UPDATED -> tasks.frameworkUpdated(message.getFrameworkUpdated());
            case SHUTDOWN_FRAMEWORK ->
                tasks.shutdownFramework(message.getShutdownFramework().getFrameworkId());
            case SHUTDOWN ->
                shutDown("Shut down by the master: " + message.getShutdown().getReason());
            case FRAMEWORK_MESSAGE, SHUTDOWN_EXECUTOR ->
                LOG.debug("No executor to hand it to {}", message.getMessageCase());
            default -> LOG.warn("Message ignored kind={}", message.getMessageCase());
        }
    }

    private void run(RunTask message) throws InvalidProtocolBufferException {
        if (message.hasTotal()) {
            become(message.getTotal(), List.of());
        }
        tasks.run(identity.id().orElseThrow(), message);
    }

    private void become(AgentTotal total, List<ByteString> destroyed) throws InvalidProtocolBufferException {
        volumes.become(total, destroyed, tasks::unused);
    }

    /** Ends all tasks, then the agent, whose next life is another agent. */
    void shutDown(String reason) {
        LOG.warn("{}", reason);
        tasks.shutdown(() -> {
            try {
                identity.forget();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ending.accept(new Ending(reason, false));
        });
    }

    @Override
    public void writable() {
        tasks.drainUpdates();
    }
}
