package io.stoa.master.operator;

import io.stoa.state.model.Executor;
import io.stoa.state.model.Task;
import io.stoa.v0.ResourceSums;
import java.util.Collection;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;

/**
 * What belongs to a framework.
 *
 * @param tasks on agents that are there
 * @param unreachable on agents that are not
 * @param completed oldest first
 * @param executors on agents that are there
 */
public record Belongings(
        List<Task> tasks,
        List<Task> unreachable,
        List<Task> completed,
        List<Offer> offers,
        Collection<Executor> executors) {

    ResourceSums used() {
        ResourceSums used = new ResourceSums();
        for (Task task : tasks) {
            if (!task.isTerminal()) {
                used.add(task.info().getResourcesList());
            }
        }
        executors.forEach(executor -> used.add(executor.info().getResourcesList()));
        return used;
    }

    ResourceSums offered() {
        ResourceSums offered = new ResourceSums();
        offers.forEach(offer -> offered.add(offer.getResourcesList()));
        return offered;
    }
}
