package io.stoa.state.model;

/**
 * Names a task in the whole cluster: task ids are unique within their framework only.
 *
 * @param frameworkId the framework that launched the task
 * @param taskId the id which the framework gave it
 */
public record TaskKey(FrameworkId frameworkId, String taskId) {}
