package io.stoa.client;

import io.stoa.proto.v1.Role;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.Task;
import java.util.Collection;
import java.util.Optional;

/**
 * The cluster as it was at a version, or the part of it that is mirrored. Valid during the call that it was given to,
 * and on that thread: it goes on with the cluster. What is taken out of it is immutable and may be kept; collections
 * are views, in no order, to be read there and then.
 */
public interface ClusterView {

    long version();

    Collection<AgentView> agents();

    Optional<AgentView> agent(String agentId);

    /** Of all schedulers and frameworks. */
    int taskCount();

    Optional<Task> task(TaskKey key);

    /** Those of a scheduler, or of a framework: from the claim until it has acknowledged how they ended. */
    Collection<Task> tasksOf(String schedulerId);

    Collection<Task> tasksOn(String agentId);

    /** Whether a proposal of this scheduler that is not decided claims, or kills, a task of its own of that id. */
    boolean isUnderWay(String taskId);

    /** Native schedulers and frameworks. */
    Collection<Scheduler> schedulers();

    Optional<Scheduler> scheduler(String schedulerId);

    /** Those of which an operator has set weight or quota. */
    Collection<Role> roles();

    Optional<Role> role(String name);
}
