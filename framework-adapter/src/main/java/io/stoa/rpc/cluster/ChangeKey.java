package io.stoa.rpc.cluster;

import io.stoa.proto.v1.Kind;

/**
 * What a change is about.
 *
 * @param schedulerId of a scheduler or a task; empty otherwise
 * @param agentId of an agent or a task; empty otherwise
 */
record ChangeKey(Kind kind, String schedulerId, String agentId) {

    boolean isIn(Scope scope) {
        return switch (kind) {
            case AGENTS -> scope.containsAgent(agentId);
            case SCHEDULERS -> scope.containsScheduler(schedulerId);
            case TASKS -> scope.containsTask(schedulerId, agentId);
            case ROLES -> scope.has(Kind.ROLES);
        };
    }
}
