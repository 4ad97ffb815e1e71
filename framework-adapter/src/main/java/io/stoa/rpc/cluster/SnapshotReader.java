package io.stoa.rpc.cluster;

import com.google.protobuf.MessageLite;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.Kind;
import io.stoa.proto.v1.Role;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.Task;
import io.stoa.proto.v1.View;
import io.stoa.rpc.entity.AgentMessages;
import io.stoa.rpc.entity.RoleMessages;
import io.stoa.rpc.entity.SchedulerMessages;
import io.stoa.rpc.entity.TaskMessages;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.RoleSettings;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the selected part of a snapshot, a chunk at a time: what is not asked for yet is not made. Not safe for use by
 * several threads at once.
 */
final class SnapshotReader {

    static final int MAX_CHUNK_BYTES = 64 << 10;

    /** That are looked at for one chunk, wanted or not. */
    private static final int MAX_LOOKED_AT = 2_048;

    /** Of tag and length of an entity, and of what is in a chunk beside entities. */
    private static final int OVERHEAD_BYTES = 8;

    private static final List<Kind> KINDS = List.of(Kind.AGENTS, Kind.SCHEDULERS, Kind.ROLES, Kind.TASKS);

    private final ClusterSnapshot snapshot;
    private final Scope scope;
    private final View view;
    private final Iterator<Optional<MessageLite>> entities;
    private @Nullable MessageLite next;

    SnapshotReader(ClusterSnapshot snapshot, Scope scope, View view) {
        this.snapshot = snapshot;
        this.scope = scope;
        this.view = view;
        entities = LazyIterators.flatMap(KINDS.stream().filter(scope::has).iterator(), this::entities);
    }

    private Iterator<Optional<MessageLite>> entities(Kind kind) {
        return switch (kind) {
            case AGENTS -> agents();
            case SCHEDULERS -> schedulers();
            case ROLES -> roles();
            case TASKS -> tasks();
        };
    }

    /**
     * The next chunk; it may be empty, where nothing that is wanted has been found yet, and says whether it is last.
     */
    SnapshotChunk next() {
        SnapshotChunk.Builder chunk =
                SnapshotChunk.newBuilder().setVersion(snapshot.version().value());
        int bytes = 2 * OVERHEAD_BYTES;
        for (int lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt++) {
            if (next == null) {
                if (!entities.hasNext()) {
                    return chunk.setLast(true).build();
                }
                next = entities.next().orElse(null);
            }
            if (next != null) {
                int size = next.getSerializedSize() + OVERHEAD_BYTES;
                if (bytes > 2 * OVERHEAD_BYTES && bytes + size > MAX_CHUNK_BYTES) {
                    break;
                }
                add(next, chunk);
                bytes += size;
                next = null;
            }
        }
        return chunk.build();
    }

    static boolean hasEntities(SnapshotChunk chunk) {
        return chunk.getAgentsCount() + chunk.getSchedulersCount() + chunk.getRolesCount() + chunk.getTasksCount() > 0;
    }

    private static void add(MessageLite entity, SnapshotChunk.Builder chunk) {
        if (entity instanceof Task task) {
            chunk.addTasks(task);
        } else if (entity instanceof Agent agent) {
            chunk.addAgents(agent);
        } else if (entity instanceof Scheduler scheduler) {
            chunk.addSchedulers(scheduler);
        } else {
            chunk.addRoles((Role) entity);
        }
    }

    private Iterator<Optional<MessageLite>> agents() {
        return LazyIterators.map(
                named(scope.agents(), snapshot.agents(), id -> snapshot.agent(new AgentId(id))),
                agent -> agent.map(AgentMessages::whole));
    }

    private Iterator<Optional<MessageLite>> schedulers() {
        return LazyIterators.map(
                named(scope.schedulers(), snapshot.frameworks(), id -> snapshot.framework(new FrameworkId(id))),
                framework -> framework.map(SchedulerMessages::whole));
    }

    /** Those of the ids, or all where no id is named. */
    private static <T> Iterator<Optional<T>> named(
            Set<String> ids, Collection<T> all, Function<String, Optional<T>> lookUp) {
        return ids.isEmpty()
                ? LazyIterators.map(all.iterator(), Optional::of)
                : LazyIterators.map(ids.iterator(), lookUp);
    }

    private Iterator<Optional<MessageLite>> roles() {
        RoleSettings settings = snapshot.roleSettings();
        return LazyIterators.map(settings.roles().iterator(), role -> Optional.of(RoleMessages.whole(role, settings)));
    }

    private Iterator<Optional<MessageLite>> tasks() {
        return LazyIterators.map(
                candidates(),
                task -> Optional.of(task)
                        .filter(each -> scope.containsTask(
                                each.key().frameworkId().value(), each.agentId().value()))
                        .map(each -> TaskMessages.of(each, view)));
    }

    private Iterator<io.stoa.state.model.Task> candidates() {
        if (!scope.schedulers().isEmpty()) {
            return LazyIterators.flatMap(
                    scope.schedulers().iterator(),
                    id -> snapshot.tasksOf(new FrameworkId(id)).iterator());
        }
        return scope.agents().isEmpty()
                ? snapshot.tasks().iterator()
                : LazyIterators.flatMap(
                        scope.agents().iterator(),
                        id -> snapshot.tasksOn(new AgentId(id)).iterator());
    }
}
