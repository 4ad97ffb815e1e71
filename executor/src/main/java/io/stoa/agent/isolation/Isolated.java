package io.stoa.agent.isolation;

import io.stoa.agent.container.ContainerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A container within its limits.
 *
 * @param limitedBy the container whose groups limit it: itself, or one that it is nested in
 * @param controllers the groups of that one; null: nothing limits it
 * @param own the group in which nobody else is; null: there is none
 * @param pid of the process that all others descend from; empty until it is started
 */
public record Isolated(
        ContainerId id,
        Limits limits,
        ContainerId limitedBy,
        @Nullable Controllers controllers,
        @Nullable Group own,
        OptionalInt pid) {

    Isolated withPid(OptionalInt started) {
        return new Isolated(id, limits, limitedBy, controllers, own, started);
    }

    Isolated withLimits(Limits updated) {
        return new Isolated(id, updated, limitedBy, controllers, own, pid);
    }

    Isolated withoutGroups() {
        return new Isolated(id, limits, limitedBy, null, null, pid);
    }

    boolean hasOwnLimits() {
        return limitedBy.equals(id);
    }

    /** False where its groups, if there are any, tell of others, too. */
    boolean hasOwnFigures() {
        return controllers != null && hasOwnLimits();
    }

    boolean areThere() {
        return groups().stream().allMatch(Group::exists);
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        if (controllers != null) {
            groups.addAll(controllers.groups());
        }
        if (own != null && !groups.contains(own)) {
            groups.add(own);
        }
        return groups;
    }

    /** Those that no other container made. */
    List<Group> ownGroups() {
        if (hasOwnLimits()) {
            return groups();
        }
        return own == null ? List.of() : List.of(own);
    }

    /** The directories of the groups that its processes join. */
    public List<Path> joined() {
        // Of version 2, being in the own group is being in the root's, which may have no processes of its own.
        return groups().stream()
                .map(Group::directory)
                .filter(group -> own == null
                        || own.directory().equals(group)
                        || !own.directory().startsWith(group))
                .toList();
    }

    /** The directory of the group in which nobody else is. */
    public Optional<Path> ownGroup() {
        return Optional.ofNullable(own).map(Group::directory);
    }

    /** The directory of the group that limits its memory. */
    public Optional<Path> memoryGroup() {
        return controllers == null ? Optional.empty() : controllers.memory();
    }

    /** For {@code oom_score_adj}; empty: as it is. */
    OptionalLong oomScoreAdj(long hostMemoryBytes) {
        return memoryGroup().isPresent() ? limits.oomScoreAdj(hostMemoryBytes) : OptionalLong.empty();
    }
}
