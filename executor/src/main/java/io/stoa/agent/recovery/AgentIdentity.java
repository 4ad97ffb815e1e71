package io.stoa.agent.recovery;

import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who this agent is: what it says of itself, and the id that a master gave it, kept in the work directory. */
public final class AgentIdentity {

    private static final Logger LOG = LoggerFactory.getLogger(AgentIdentity.class);

    private final AgentPaths paths;
    private AgentInfo info;
    /** True where the work directory has exactly what the agent says of itself. */
    private boolean written;

    private AgentIdentity(AgentPaths paths, AgentInfo info, boolean written) {
        this.paths = paths;
        this.info = info;
        this.written = written;
    }

    /**
     * Who the agent of an earlier life was, and whether this may be the same one.
     *
     * @param policy what may have changed since
     * @param anyPort whether the agent takes any port, so that it may be another one each time
     * @param rebooted whether the host has been restarted since: an agent that must not be the same is a new one then,
     *     since nothing of the old one runs
     */
    public record Predecessor(ReconfigurationPolicy policy, boolean anyPort, boolean rebooted) {

        private Optional<String> objection(AgentInfo before, AgentInfo now) {
            return policy.objection(
                    anyPort ? before.toBuilder().setPort(now.getPort()).build() : before, now);
        }
    }

    /**
     * Finds the id of an earlier life of the agent.
     *
     * @param info what the agent is now, without id
     * @throws IOException where the work directory cannot be read
     * @throws IllegalStateException where the agent of that id was another one, for people
     */
    public static AgentIdentity load(AgentPaths paths, AgentInfo info, Predecessor predecessor, RecoveryErrors errors)
            throws IOException {
        Path latest = paths.latestAgent();
        if (Files.notExists(latest)) {
            return new AgentIdentity(paths, info, false);
        }
        Path file = latest.toRealPath().resolve("slave.info");
        Optional<AgentInfo> before = Checkpoint.read(file, AgentInfo.parser(), file, errors);
        if (before.isEmpty()) {
            LOG.warn("What this agent was is not known any more: it comes to its master as a new one");
            return new AgentIdentity(paths, info, false);
        }
        AgentInfo now = info.toBuilder().setId(before.get().getId()).build();
        Optional<String> objection = predecessor.objection(before.get(), now);
        if (objection.isEmpty()) {
            return new AgentIdentity(paths, now, before.get().equals(now));
        }
        if (!predecessor.rebooted()) {
            throw new IllegalStateException("Failed to perform recovery: " + objection.get()
                    + ". To keep the agent's id, change it back, or try --reconfiguration_policy=additive. To start as"
                    + " a new agent, without the tasks of the old one: rm -f " + latest);
        }
        LOG.warn("The host was restarted, and the agent is a new one: {}", objection.get());
        AgentIdentity created = new AgentIdentity(paths, info, false);
        created.forget();
        return created;
    }

    /** What the agent says of itself; with id once it has one. */
    public AgentInfo info() {
        return info;
    }

    public Optional<String> id() {
        return info.hasId() ? Optional.of(info.getId().getValue()) : Optional.empty();
    }

    /** A master has taken the agent as what it says it is, under this id: both are kept. */
    public void adopt(String id) throws IOException {
        if (written && id().filter(id::equals).isPresent()) {
            return;
        }
        info = info.toBuilder().setId(AgentID.newBuilder().setValue(id)).build();
        Path directory = paths.metaAgents().resolve(id);
        Directories.writeAtomically(directory.resolve("slave.info"), info.toByteArray());
        Directories.linkLatest(directory);
        written = true;
    }

    /** The next life of the agent is another agent. */
    public void forget() throws IOException {
        Files.deleteIfExists(paths.latestAgent());
    }
}
