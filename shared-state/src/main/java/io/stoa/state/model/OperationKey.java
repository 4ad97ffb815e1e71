package io.stoa.state.model;

/**
 * Names an operation in the whole cluster: operation ids are unique within their framework only.
 *
 * @param frameworkId the framework that asked for it
 * @param operationId the id which the framework gave it
 */
public record OperationKey(FrameworkId frameworkId, String operationId) {}
