package io.stoa.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** How a call failed. {@code leaderNamed}: the answer said who leads, so that no wait is needed. */
record Failure(Status status, @Nullable Metadata trailers, boolean leaderNamed) {

    Status.Code code() {
        return status.getCode();
    }

    StatusRuntimeException exception() {
        return new StatusRuntimeException(status, trailers);
    }

    /** Nothing is wrong with what was asked; who asks again later may be answered. */
    boolean isTemporary() {
        return switch (code()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, CANCELLED, INTERNAL, UNKNOWN, ABORTED -> true;
            default -> false;
        };
    }

    /** {@code UNAVAILABLE: text}. */
    String text() {
        String description = status.getDescription();
        return description == null ? code().name() : code() + ": " + description;
    }
}
