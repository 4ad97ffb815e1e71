package io.stoa.client;

import io.stoa.proto.v1.Claim;
import io.stoa.proto.v1.ClaimGroup;
import io.stoa.proto.v1.CommitMode;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.ConflictPolicy;
import io.stoa.proto.v1.Convert;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Kill;
import io.stoa.proto.v1.Operation;
import java.util.List;
import java.util.UUID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * What a scheduler wants done in one transaction, decided on a view of the cluster. Immutable. Each has an idempotency
 * key of its own, so that it is done once however often it is sent.
 */
public final class Proposal {

    /** Operations in one proposal, at most. */
    public static final int MAX_OPERATIONS = 1_000;
    /** Of all operations together. */
    public static final int MAX_BYTES = 512 << 10;

    private final CommitRequest request;

    private Proposal(CommitRequest request) {
        this.request = request;
    }

    /** Begins a proposal: all or nothing, by resource fit, where nothing else is said. */
    public static Builder on(ClusterView view) {
        return new Builder(view.version());
    }

    /** The same proposal has the same key, and no other has. */
    public String key() {
        return request.getIdempotencyKey();
    }

    /** Of the view that it was made on. */
    public long baseVersion() {
        return request.getBaseVersion();
    }

    /** In the order in which they were added; conflicts name them by their place, counted from 0. */
    public List<Operation> operations() {
        return request.getOperationsList();
    }

    CommitRequest request(Identity identity) {
        return request.toBuilder().setIdentity(identity).build();
    }

    @Override
    public String toString() {
        return "Proposal[key=" + key() + " operations=" + request.getOperationsCount() + "]";
    }

    /** For one thread. */
    public static final class Builder {

        private final CommitRequest.Builder request = CommitRequest.newBuilder()
                .setPolicy(ConflictPolicy.RESOURCE_FIT)
                .setMode(CommitMode.ALL_OR_NOTHING);
        private int bytes;

        private Builder(long version) {
            request.setBaseVersion(version);
        }

        /** For a scheduler that has one role only. */
        public Builder claim(String agentId, TaskInfo task) {
            return add(Operation.newBuilder()
                    .setClaim(Claim.newBuilder().setAgentId(agentId).setTask(task)));
        }

        /**
         * @param role one of the scheduler's, that the resources are allocated to
         * @param task its {@code agent_id} is that of the claim; its resources as {@code Resources.choose} gives them
         */
        public Builder claim(String agentId, String role, TaskInfo task) {
            return add(Operation.newBuilder()
                    .setClaim(
                            Claim.newBuilder().setAgentId(agentId).setRole(role).setTask(task)));
        }

        /**
         * Tasks that are launched, and end, together: a pod.
         *
         * @param executor that runs them, of type DEFAULT
         */
        public Builder claimGroup(String agentId, String role, ExecutorInfo executor, Iterable<TaskInfo> tasks) {
            return add(Operation.newBuilder()
                    .setClaimGroup(ClaimGroup.newBuilder()
                            .setAgentId(agentId)
                            .setRole(role)
                            .setExecutor(executor)
                            .addAllTasks(tasks)));
        }

        /** Reserves, makes volumes, and gives them back. */
        public Builder convert(String agentId, Offer.Operation operation) {
            return add(Operation.newBuilder()
                    .setConvert(Convert.newBuilder().setAgentId(agentId).setOperation(operation)));
        }

        /** What the task holds is free when it has ended, not before. */
        public Builder kill(String taskId) {
            return add(Operation.newBuilder().setKill(Kill.newBuilder().setTaskId(taskId)));
        }

        public Builder kill(String taskId, KillPolicy policy) {
            return add(Operation.newBuilder()
                    .setKill(Kill.newBuilder().setTaskId(taskId).setPolicy(policy)));
        }

        private Builder add(Operation.Builder operation) {
            Operation added = operation.build();
            bytes += added.getSerializedSize();
            request.addOperations(added);
            return this;
        }

        public Builder policy(ConflictPolicy policy) {
            request.setPolicy(policy);
            return this;
        }

        public Builder mode(CommitMode mode) {
            request.setMode(mode);
            return this;
        }

        public int size() {
            return request.getOperationsCount();
        }

        /** True where no more of that size goes in: a proposal is to be built of what is there. */
        public boolean isFull(int bytesOfNext) {
            return size() >= MAX_OPERATIONS || bytes + bytesOfNext > MAX_BYTES;
        }

        /** @throws IllegalStateException where there is no operation, or there are too many, or too large ones */
        public Proposal build() {
            if (size() < 1 || size() > MAX_OPERATIONS) {
                throw new IllegalStateException("operations: " + size() + " (expected: 1 to " + MAX_OPERATIONS + ")");
            }
            if (bytes > MAX_BYTES) {
                throw new IllegalStateException("operations: " + bytes + " bytes (expected: <= " + MAX_BYTES + ")");
            }
            return new Proposal(
                    request.setIdempotencyKey(UUID.randomUUID().toString()).build());
        }
    }
}
