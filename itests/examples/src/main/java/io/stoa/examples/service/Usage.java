package io.stoa.examples.service;

import java.util.Map;

/**
 * What runs on a host, as measured: the mean of a short while.
 *
 * @param cpus of all containers there, whoever's
 * @param memMb likewise
 * @param cpusByExecutor of each of them; the executor of a task that brings none has the task's id
 */
record Usage(double cpus, double memMb, Map<String, Double> cpusByExecutor) {

    Usage {
        cpusByExecutor = Map.copyOf(cpusByExecutor);
    }

    double cpusOf(String taskId) {
        return cpusByExecutor.getOrDefault(taskId, 0.0);
    }
}
