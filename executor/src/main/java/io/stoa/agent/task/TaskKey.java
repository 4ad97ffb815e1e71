package io.stoa.agent.task;

/** A task of a framework. */
public record TaskKey(String frameworkId, String taskId) {

    /** For logs: {@code framework=F task=T}. */
    @Override
    public String toString() {
        return "framework=" + frameworkId + " task=" + taskId;
    }
}
