package io.stoa.rpc.scheduler;

import io.grpc.Status;
import java.util.function.Function;

/** What was made of a request, or what is wrong with it. */
sealed interface Checked<T> {

    record Passed<T>(T value) implements Checked<T> {}

    /** @param status what the caller is told; nothing was changed */
    record Refused<T>(Status status) implements Checked<T> {}

    static <T> Checked<T> passed(T value) {
        return new Passed<>(value);
    }

    static <T> Checked<T> refused(Status status) {
        return new Refused<>(status);
    }

    /** @param message names the field, the actual and the expected value */
    static <T> Checked<T> invalid(String message) {
        return new Refused<>(Status.INVALID_ARGUMENT.withDescription(message));
    }

    default <R> Checked<R> then(Function<T, Checked<R>> next) {
        if (this instanceof Passed<T> passed) {
            return next.apply(passed.value());
        }
        return new Refused<>(((Refused<T>) this).status());
    }
}
