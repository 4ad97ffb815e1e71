package io.stoa.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Collection;

/** What is refused whatever the state is. */
public final class Requests {

    /** Of ids in one list, where nothing else is said. */
    public static final int MAX_IDS = 1_000;

    private Requests() {}

    /** @param message names the field, the actual and the expected value */
    public static StatusRuntimeException invalid(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
    }

    /**
     * @param field its path in the request, {@code selection.agent_ids}
     * @throws StatusRuntimeException INVALID_ARGUMENT where there are more than {@code most}
     */
    public static void checkCount(String field, Collection<?> values, int most) {
        if (values.size() > most) {
            throw invalid(field + ": " + values.size() + " (expected: at most " + most + ")");
        }
    }
}
