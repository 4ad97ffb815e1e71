package io.stoa.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.executor.LiveExecutors;
import io.stoa.agent.executor.TaskLaunches;
import io.stoa.agent.link.LinkListener;
import io.stoa.agent.recovery.AgentIdentity;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Registered;
import io.stoa.proto.agent.Reregister;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.RunTaskGroup;
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

/** Brings together what the master says and the executors. Runs on the agent's thread. */
final class AgentCore implements LinkListener {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCore.class);

    private final AgentIdentity identity;
    private final LiveExecutors executors;
    private final TaskLaunches launches;
    private final Volumes volumes;
    private final Endpoint endpoint;
    private final Consumer<String> named;
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
     * @param named called with the agent's id when its master has said it
     * @param ending called when the master wants this agent to end; its tasks have ended then
     */
    AgentCore(
            AgentIdentity identity,
            LiveExecutors executors,
            Volumes volumes,
            Endpoint endpoint,
            Consumer<String> named,
            Consumer<Ending> ending) {
        this.identity = identity;
        this.executors = executors;
        this.launches = new TaskLaunches(executors);
        this.volumes = volumes;
        this.endpoint = endpoint;
        this.named = named;
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
                .addAllTasks(executors.report())
                .addAllExecutors(executors.reportExecutors());
        volumes.report().ifPresent(reregister::setTotal);
        return message.setReregister(reregister).build();
    }

    @Override
    public void registered(Registered message) {
        LOG.info("Registered agent={}", message.getAgentId());
        try {
            identity.adopt(message.getAgentId());
            named.accept(message.getAgentId());
            if (!message.getMasterInfo().isEmpty()) {
                masterHostname = MasterInfo.parseFrom(message.getMasterInfo()).getHostname();
            }
            if (message.hasTotal()) {
                become(message.getTotal(), List.of());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        executors.registered();
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
            case RUN_TASK_GROUP -> run(message.getRunTaskGroup());
            case TOTAL_CHANGED ->
                become(
                        message.getTotalChanged().getTotal(),
                        message.getTotalChanged().getDestroyedList());
            case KILL_TASK -> executors.kill(message.getKillTask());
            case ACKNOWLEDGEMENT -> executors.acknowledge(message.getAcknowledgement());
            case FRAMEWORK_UPDATED -> executors.frameworkUpdated(message.getFrameworkUpdated());
            case SHUTDOWN_FRAMEWORK ->
                executors.shutdownFramework(message.getShutdownFramework().getFrameworkId());
            case SHUTDOWN ->
                shutDown("Shut down by the master: " + message.getShutdown().getReason());
            case FRAMEWORK_MESSAGE -> executors.message(message.getFrameworkMessage());
            case SHUTDOWN_EXECUTOR -> executors.shutdownExecutor(message.getShutdownExecutor());
            default -> LOG.warn("Message ignored kind={}", message.getMessageCase());
        }
    }

    private void run(RunTask message) throws InvalidProtocolBufferException {
        if (message.hasTotal()) {
            become(message.getTotal(), List.of());
        }
        launches.run(identity.id().orElseThrow(), message);
    }

    private void run(RunTaskGroup message) throws InvalidProtocolBufferException {
        if (message.hasTotal()) {
            become(message.getTotal(), List.of());
        }
        launches.run(identity.id().orElseThrow(), message);
    }

    private void become(AgentTotal total, List<ByteString> destroyed) throws InvalidProtocolBufferException {
        volumes.become(total, destroyed, executors::unused);
    }

    /** Ends all tasks, then the agent, whose next life is another agent. */
    void shutDown(String reason) {
        LOG.warn("{}", reason);
        executors.shutdown(() -> {
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
        executors.drain();
    }
}
