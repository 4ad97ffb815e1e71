package io.stoa.examples;

import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.TaskStatus;

/** The ends that nobody has to know of any more, as long as the view shows them. Each is acknowledged once. */
public final class Settled {

    private final Consumer<TaskStatus> acknowledge;
    private Set<ByteString> uuids = Set.of();

    public Settled(Consumer<TaskStatus> acknowledge) {
        this.acknowledge = acknowledge;
    }

    /** @param ends all of them that the view shows */
    public void see(Collection<TaskStatus> ends) {
        Set<ByteString> known = uuids;
        uuids = ends.stream().map(TaskStatus::getUuid).collect(Collectors.toUnmodifiableSet());
        ends.stream().filter(end -> !known.contains(end.getUuid())).forEach(acknowledge);
    }

    /** Where such an end is told again, its acknowledgement was lost. */
    public boolean contains(TaskStatus end) {
        return uuids.contains(end.getUuid());
    }
}
