package io.stoa.master.operator;

import io.stoa.state.model.Executor;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;

/** Resources with the roles that they are allocated to, added up. */
public final class AllocatedResources {

    private final Map<String, Resources> byRole = new LinkedHashMap<>();

    /** What tasks that have not ended and executors hold. */
    public static AllocatedResources used(Collection<Task> tasks, Collection<Executor> executors) {
        AllocatedResources used = new AllocatedResources();
        for (Task task : tasks) {
            if (!task.isTerminal()) {
                used.add(task.role(), task.resources());
            }
        }
        executors.forEach(executor -> used.add(executor.role(), executor.resources()));
        return used;
    }

    public static AllocatedResources offered(Collection<Offer> offers) {
        AllocatedResources offered = new AllocatedResources();
        offers.forEach(
                offer -> offered.add(offer.getAllocationInfo().getRole(), Resources.of(offer.getResourcesList())));
        return offered;
    }

    public void add(AllocatedResources others) {
        others.byRole.forEach(this::add);
    }

    private void add(String role, Resources resources) {
        byRole.merge(role, resources, Resources::plus);
    }

    /** With {@code allocation_info}, and reservations in the form of Mesos' endpoints. */
    public List<Resource> toProto() {
        List<Resource> all = new ArrayList<>();
        byRole.forEach((role, resources) -> all.addAll(resources.toProto(role)));
        return all;
    }
}
