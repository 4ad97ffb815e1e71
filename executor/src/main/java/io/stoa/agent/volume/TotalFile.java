package io.stoa.agent.volume;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.Directories;
import io.stoa.proto.agent.AgentCheckpoint;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.Resource;

/** The file that outlives the agent and its host: what was made of what it has. */
record TotalFile(Path file) {

    /**
     * What the agent has.
     *
     * @param said what it has where nothing was reserved on it
     * @param errors is told of what is damaged, or refused by the disk
     * @throws IOException where the damage is to end the agent
     * @throws IllegalStateException where what was reserved is not part of what the agent has now, for people
     */
    Resources load(Resources said, RecoveryErrors errors) throws IOException {
        if (Files.notExists(file)) {
            return said;
        }
        Resources before;
        Resources total;
        try {
            AgentCheckpoint checkpoint = AgentCheckpoint.parseFrom(Files.readAllBytes(file));
            before = parse(checkpoint.getSaid());
            total = parse(checkpoint.getTotal());
        } catch (IOException | IllegalArgumentException e) {
            errors.found(file, String.valueOf(e.getMessage()), file);
            return said;
        }
        if (before.isEmpty()) {
            errors.found(file, "it is empty", file);
            return said;
        }
        Resources consumed = before.minus(total);
        if (consumed.isEmpty()) {
            return said;
        }
        return said.apply(new Conversion(consumed, total.minus(before)))
                .orElseThrow(() -> new IllegalStateException("Checkpointed resources " + total.minus(before)
                        + " are incompatible with agent resources " + said + ". To give them up, with their volumes,"
                        + " remove " + file));
    }

    void save(Resources said, Resources total) throws IOException {
        AgentCheckpoint checkpoint = AgentCheckpoint.newBuilder()
                .setSaid(message(said))
                .setTotal(message(total))
                .build();
        Directories.writeDurably(file, checkpoint.toByteArray());
    }

    static AgentTotal message(Resources resources) {
        return AgentTotal.newBuilder()
                .addAllResources(
                        resources.toProto().stream().map(Resource::toByteString).toList())
                .build();
    }

    /** @throws IllegalArgumentException where one of them is invalid */
    static Resources parse(AgentTotal message) throws InvalidProtocolBufferException {
        return Resources.of(parse(message.getResourcesList()));
    }

    static List<Resource> parse(List<ByteString> encoded) throws InvalidProtocolBufferException {
        List<Resource> resources = new ArrayList<>(encoded.size());
        for (ByteString bytes : encoded) {
            resources.add(Resource.parseFrom(bytes));
        }
        return resources;
    }
}
