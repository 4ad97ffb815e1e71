package io.stoa.agent.container;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ContainerID;
import org.jspecify.annotations.Nullable;

/**
 * A container's name, unique for life.
 *
 * @param value a uuid, or what an operator chose: a directory's name
 * @param parent the container that this one lives and dies in
 */
public record ContainerId(String value, Optional<ContainerId> parent) implements Comparable<ContainerId> {

    public static ContainerId of(String value) {
        return new ContainerId(value, Optional.empty());
    }

    public static ContainerId of(ContainerID id) {
        return new ContainerId(id.getValue(), id.hasParent() ? Optional.of(of(id.getParent())) : Optional.empty());
    }

    public ContainerId child(String child) {
        return new ContainerId(child, Optional.of(this));
    }

    /** The container in which all the others of its tree are; its own where it has no parent. */
    public ContainerId root() {
        return parent.map(ContainerId::root).orElse(this);
    }

    /** Where its directory is, below that of its root: {@code containers/CHILD/containers/GRANDCHILD}. */
    public Path below(Path root) {
        return parent.map(above -> above.below(root).resolve("containers").resolve(value))
                .orElse(root);
    }

    /** Undoes {@link #below}; empty where the directory is no such one. */
    Optional<Path> rootOf(@Nullable Path directory) {
        if (directory == null || parent.isEmpty()) {
            return Optional.ofNullable(directory);
        }
        Path siblings = directory.getParent();
        return siblings != null && directory.endsWith(Path.of("containers", value))
                ? parent.get().rootOf(siblings.getParent())
                : Optional.empty();
    }

    /** True where it is nested in the other, however deep. */
    public boolean isBelow(ContainerId other) {
        return parent.map(above -> above.equals(other) || above.isBelow(other)).orElse(false);
    }

    /** By their names; a parent comes before its children. */
    @Override
    public int compareTo(ContainerId other) {
        return toString().compareTo(other.toString());
    }

    public ContainerID toProto() {
        ContainerID.Builder id = ContainerID.newBuilder().setValue(value);
        parent.ifPresent(above -> id.setParent(above.toProto()));
        return id.build();
    }

    /** For logs, as Mesos writes it: {@code ROOT.CHILD}. */
    @Override
    public String toString() {
        return parent.map(above -> above + "." + value).orElse(value);
    }
}
