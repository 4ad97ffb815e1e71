package io.stoa.cli;

import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How users name a task. */
final class TaskOption {

    @Parameters(paramLabel = "TASK", description = "The task's id.")
    private String taskId = "";

    @Option(
            names = "--framework",
            paramLabel = "ID",
            description = "The framework it is of, where several have a task of this id.")
    private Optional<String> frameworkId = Optional.empty();

    String taskId() {
        return taskId;
    }

    TaskDetail find(HttpEndpoint master) {
        return TaskDetail.find(master, taskId, frameworkId);
    }
}
