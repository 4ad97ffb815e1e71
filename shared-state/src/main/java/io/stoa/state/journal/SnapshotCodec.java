package io.stoa.state.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.journal.SnapshotHeader;
import io.stoa.proto.journal.SnapshotRecord;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.GoneAgent;
import io.stoa.state.model.Operation;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Whole states to bytes and back; record by record, so that a large cluster needs no large buffer. */
public final class SnapshotCodec {

    private SnapshotCodec() {}

    public static void write(ClusterState state, OutputStream out) throws IOException {
        SnapshotHeader.Builder header =
                SnapshotHeader.newBuilder().setVersion(state.version().value());
        state.removedFrameworks().forEach(id -> header.addRemovedFrameworks(id.value()));
        int executors = 0;
        for (Agent agent : state.agents()) {
            executors += state.executorsOn(agent.id()).size();
        }
        int operations = 0;
        int requests = 0;
        for (Framework framework : state.frameworks()) {
            operations += state.operationsOf(framework.id()).size();
            requests += state.answeredRequests(framework.id()).size();
        }
        RoleSettings settings = state.roleSettings();
        header.setRecords(settings.roles().size()
                + state.goneAgents().size()
                + state.agents().size()
                + state.frameworks().size()
                + executors
                + state.taskCount()
                + operations
                + requests);
        SnapshotRecord.newBuilder().setHeader(header).build().writeDelimitedTo(out);
        for (String role : settings.roles()) {
            SnapshotRecord.newBuilder()
                    .setRole(RoleCodec.encode(role, settings))
                    .build()
                    .writeDelimitedTo(out);
        }
        for (Agent agent : state.agents()) {
            SnapshotRecord.newBuilder()
                    .setAgent(EntityCodec.encode(agent))
                    .build()
                    .writeDelimitedTo(out);
        }
        for (GoneAgent agent : state.goneAgents()) {
            SnapshotRecord.newBuilder()
                    .setGoneAgent(EntityCodec.encode(agent))
                    .build()
                    .writeDelimitedTo(out);
        }
        for (Framework framework : state.frameworks()) {
            SnapshotRecord.newBuilder()
                    .setFramework(EntityCodec.encode(framework))
                    .build()
                    .writeDelimitedTo(out);
        }
        for (Agent agent : state.agents()) {
            for (Executor executor : state.executorsOn(agent.id())) {
                SnapshotRecord.newBuilder()
                        .setExecutor(EntityCodec.encode(executor))
                        .build()
                        .writeDelimitedTo(out);
            }
        }
        for (Task task : state.tasks()) {
            SnapshotRecord.newBuilder()
                    .setTask(EntityCodec.encodeWithStatuses(task))
                    .build()
                    .writeDelimitedTo(out);
        }
        for (Framework framework : state.frameworks()) {
            for (Operation operation : state.operationsOf(framework.id())) {
                SnapshotRecord.newBuilder()
                        .setOperation(EntityCodec.encode(operation))
                        .build()
                        .writeDelimitedTo(out);
            }
            for (AnsweredRequest request : state.answeredRequests(framework.id())) {
                SnapshotRecord.newBuilder()
                        .setRequest(EntityCodec.encode(framework.id(), request))
                        .build()
                        .writeDelimitedTo(out);
            }
        }
    }

    /**
     * @throws IOException where the bytes are broken or end too early
     * @throws IllegalStateException where they break an invariant of the state
     */
    public static ClusterState read(InputStream in) throws IOException {
        SnapshotRecord first = SnapshotRecord.parseDelimitedFrom(in);
        if (first == null || !first.hasHeader()) {
            throw new InvalidProtocolBufferException("a snapshot without header");
        }
        Loader loader = new Loader(first.getHeader());
        for (long i = 0; i < first.getHeader().getRecords(); i++) {
            SnapshotRecord record = SnapshotRecord.parseDelimitedFrom(in);
            if (record == null) {
                throw new InvalidProtocolBufferException("snapshot records: " + i + " (expected: "
                        + first.getHeader().getRecords() + ")");
            }
            loader.add(record);
        }
        return loader.finish();
    }

    /** Builds the claims up from tasks and executors; at the end they must be those that were written. */
    private static final class Loader {

        private final List<Agent> agents = new ArrayList<>();
        private ClusterState state;

        Loader(SnapshotHeader header) {
            state = ClusterState.EMPTY.at(new StateVersion(header.getVersion()));
            for (String id : header.getRemovedFrameworksList()) {
                state = state.withRemovedFramework(new FrameworkId(id));
            }
        }

        void add(SnapshotRecord record) throws IOException {
            switch (record.getRecordCase()) {
                case AGENT -> {
                    Agent agent = EntityCodec.decode(record.getAgent());
                    agents.add(agent);
                    state = state.withAgent(agent.withoutClaims());
                }
                case FRAMEWORK -> state = state.withFramework(EntityCodec.decode(record.getFramework()));
                case GONE_AGENT -> state = state.withGoneAgent(EntityCodec.decode(record.getGoneAgent()));
                case EXECUTOR -> state = state.withExecutor(EntityCodec.decode(record.getExecutor()), state.version());
                case TASK -> state = state.withTask(EntityCodec.decode(record.getTask()), state.version());
                case OPERATION -> state = state.withOperation(EntityCodec.decode(record.getOperation()));
                case REQUEST -> {
                    FrameworkId author = new FrameworkId(record.getRequest().getFrameworkId());
                    state = state.withAnsweredRequest(author, EntityCodec.decode(record.getRequest()));
                }
                case ROLE -> state = RoleCodec.decode(record.getRole(), state);
                case HEADER, RECORD_NOT_SET ->
                    throw new InvalidProtocolBufferException(
                            "a snapshot record of a kind that this version does not know: " + record.getRecordCase());
            }
        }

        ClusterState finish() {
            agents.forEach(agent -> state = state.withAgent(agent));
            return state;
        }
    }
}
