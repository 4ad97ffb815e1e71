package io.stoa.agent.link;

import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.sandbox.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.jspecify.annotations.Nullable;

/** Who this agent is: what it says of itself, and the id that a master gave it, kept in the work directory. */
public final class AgentIdentity {

    private final AgentPaths paths;
    private AgentInfo info;

    private AgentIdentity(AgentPaths paths, AgentInfo info) {
        this.paths = paths;
        this.info = info;
    }

    /**
     * Finds the id of an earlier life of the agent.
     *
     * @param info what the agent is now, without id
     * @throws IOException where the work directory cannot be read
     * @throws IllegalStateException where the agent of that id was another one: Mesos' policy {@code equal}
     */
    public static AgentIdentity load(AgentPaths paths, AgentInfo info) throws IOException {
        Path latest = paths.metaAgents().resolve("latest");
        Path file = latest.resolve("slave.info");
        if (Files.notExists(file)) {
            return new AgentIdentity(paths, info);
        }
        AgentInfo before = AgentInfo.parseFrom(Files.readAllBytes(file));
        AgentIdentity identity =
                new AgentIdentity(paths, info.toBuilder().setId(before.getId()).build());
        String difference = difference(before, info);
        if (difference != null) {
            throw new IllegalStateException("This is not the agent that had this work directory before: " + difference
                    + ". To start as a new agent, remove " + latest);
        }
        return identity;
    }

    private static @Nullable String difference(AgentInfo before, AgentInfo now) {
        if (!before.getHostname().equals(now.getHostname())) {
            return "hostname: " + now.getHostname() + " (expected: " + before.getHostname() + ")";
        }
        if (!before.getResourcesList().equals(now.getResourcesList())) {
            return "resources: " + now.getResourcesList() + " (expected: " + before.getResourcesList() + ")";
        }
        if (!before.getAttributesList().equals(now.getAttributesList())) {
            return "attributes: " + now.getAttributesList() + " (expected: " + before.getAttributesList() + ")";
        }
        return null;
    }

    /** What the agent says of itself; with id once it has one. */
    public AgentInfo info() {
        return info;
    }

    public Optional<String> id() {
        return info.hasId() ? Optional.of(info.getId().getValue()) : Optional.empty();
    }

    /** Keeps the id that a master gave. */
    public void adopt(String id) throws IOException {
        if (id().filter(id::equals).isPresent()) {
            return;
        }
        info = info.toBuilder().setId(AgentID.newBuilder().setValue(id)).build();
        Path directory = paths.metaAgents().resolve(id);
        Directories.writeAtomically(directory.resolve("slave.info"), info.toByteArray());
        Directories.linkLatest(directory);
    }

    /** The next life of the agent is another agent. */
    public void forget() throws IOException {
        Files.deleteIfExists(paths.metaAgents().resolve("latest"));
    }
}
