package io.stoa.client;

import io.stoa.client.resources.Resources;
import io.stoa.proto.v1.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.mesos.v1.Protos.TaskInfo;

/** What proposals that are not decided claim of agents, and the tasks that they name. One thread. */
final class UnderWay {

    private final Map<String, Resources> claimed = new HashMap<>();
    private final Map<String, Integer> tasks = new HashMap<>();

    Resources claimedOf(String agentId) {
        return claimed.getOrDefault(agentId, Resources.EMPTY);
    }

    boolean names(String taskId) {
        return tasks.containsKey(taskId);
    }

    /** @return the agents of which something is claimed by it */
    Set<String> begin(Proposal proposal) {
        Set<String> agents = new TreeSet<>();
        for (Operation operation : proposal.operations()) {
            taskIds(operation).forEach(id -> tasks.merge(id, 1, Integer::sum));
            String agentId = agentId(operation);
            if (!agentId.isEmpty()) {
                claimed.merge(agentId, claims(operation), Resources::plus);
                agents.add(agentId);
            }
        }
        return agents;
    }

    /** @return the agents of which something was claimed by it */
    Set<String> end(Proposal proposal) {
        Set<String> agents = new TreeSet<>();
        for (Operation operation : proposal.operations()) {
            taskIds(operation)
                    .forEach(id -> tasks.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1));
            String agentId = agentId(operation);
            if (!agentId.isEmpty()) {
                claimed.computeIfPresent(agentId, (same, sum) -> {
                    Resources left = sum.minus(claims(operation));
                    return left.isEmpty() ? null : left;
                });
                agents.add(agentId);
            }
        }
        return agents;
    }

    /** Empty where nothing is claimed. */
    private static String agentId(Operation operation) {
        return switch (operation.getOperationCase()) {
            case CLAIM -> operation.getClaim().getAgentId();
            case CLAIM_GROUP -> operation.getClaimGroup().getAgentId();
            default -> "";
        };
    }

    /** Without what is shared, of which there is enough for everybody. */
    private static Resources claims(Operation operation) {
        Resources claims = operation.hasClaim()
                ? Resources.withExecutor(operation.getClaim().getTask())
                : Resources.ofGroup(
                        operation.getClaimGroup().getExecutor(),
                        operation.getClaimGroup().getTasksList());
        return claims.unshared();
    }

    private static List<String> taskIds(Operation operation) {
        return switch (operation.getOperationCase()) {
            case CLAIM -> List.of(operation.getClaim().getTask().getTaskId().getValue());
            case CLAIM_GROUP -> {
                List<String> ids = new ArrayList<>();
                for (TaskInfo task : operation.getClaimGroup().getTasksList()) {
                    ids.add(task.getTaskId().getValue());
                }
                yield ids;
            }
            case KILL -> List.of(operation.getKill().getTaskId());
            default -> List.of();
        };
    }
}
