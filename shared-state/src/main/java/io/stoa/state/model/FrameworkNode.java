package io.stoa.state.model;

import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;

/**
 * A framework with everything that goes with it.
 *
 * @param tasks by task id
 * @param operations by operation id
 */
record FrameworkNode(
        Framework framework,
        Map<String, Task> tasks,
        Set<ExecutorKey> executors,
        Map<String, Operation> operations,
        AnsweredRequests requests) {

    FrameworkNode(Framework framework) {
        this(framework, HashMap.empty(), HashSet.empty(), HashMap.empty(), AnsweredRequests.NONE);
    }

    FrameworkNode with(Framework newFramework) {
        return new FrameworkNode(newFramework, tasks, executors, operations, requests);
    }

    FrameworkNode withTasks(Map<String, Task> newTasks) {
        return new FrameworkNode(framework, newTasks, executors, operations, requests);
    }

    FrameworkNode withExecutors(Set<ExecutorKey> newExecutors) {
        return new FrameworkNode(framework, tasks, newExecutors, operations, requests);
    }

    FrameworkNode withOperations(Map<String, Operation> newOperations) {
        return new FrameworkNode(framework, tasks, executors, newOperations, requests);
    }

    FrameworkNode withRequests(AnsweredRequests newRequests) {
        return new FrameworkNode(framework, tasks, executors, operations, newRequests);
    }
}
