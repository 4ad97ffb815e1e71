package io.stoa.state.model;

import com.google.protobuf.ByteString;
import org.apache.mesos.v1.Protos.Offer;

/**
 * An operation on an agent's resources whose framework asked for feedback and has not acknowledged it yet. It has been
 * done: what it changed was committed with it.
 *
 * @param agentId whose resources it changed
 * @param info what was asked for; carries the id
 * @param uuid of the status that the framework is to acknowledge, 16 bytes
 */
public record Operation(OperationKey key, AgentId agentId, Offer.Operation info, ByteString uuid) {

    public Operation {
        String named = info.getId().getValue();
        if (!named.equals(key.operationId())) {
            throw new IllegalArgumentException(
                    "id of the operation: " + named + " (expected: " + key.operationId() + ")");
        }
    }
}
