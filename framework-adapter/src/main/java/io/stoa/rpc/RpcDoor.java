package io.stoa.rpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls of one service in as long as this master leads. Other callers are told who does. Safe for use by any
 * thread.
 *
 * @param <T> what serves calls in a term in which this master leads
 */
public final class RpcDoor<T> {

    /** Trailer with the {@code host:port} of the master that leads. */
    public static final Metadata.Key<String> LEADER = Metadata.Key.of("stoa-leader", Metadata.ASCII_STRING_MARSHALLER);

    private record Side<T>(@Nullable T term, Optional<String> leader) {}

    private volatile Side<T> side = new Side<>(null, Optional.empty());

    /** This master leads from now on. */
    public void lead(T term) {
        side = new Side<>(term, Optional.empty());
    }

    /**
     * This master does not lead from now on.
     *
     * @param leader {@code host:port} of who does; empty where nobody knows
     */
    public void follow(Optional<String> leader) {
        side = new Side<>(null, leader);
    }

    /**
     * What serves calls now.
     *
     * @throws StatusRuntimeException UNAVAILABLE where this master does not lead
     */
    public T enter() {
        Side<T> current = side;
        if (current.term == null) {
            throw elsewhere(current.leader);
        }
        return current.term;
    }

    /** What serves calls now; empty where this master does not lead. */
    public Optional<T> find() {
        return Optional.ofNullable(side.term);
    }

    /** Whether it is that which serves calls now. */
    public boolean isOpenTo(T term) {
        return side.term == term;
    }

    /** How calls end that began in a term which is over. */
    public StatusRuntimeException elsewhere() {
        return elsewhere(side.leader);
    }

    private static StatusRuntimeException elsewhere(Optional<String> leader) {
        Metadata trailers = new Metadata();
        leader.ifPresent(address -> trailers.put(LEADER, address));
        String who = leader.map(address -> "; " + address + " does").orElse("");
        return Status.UNAVAILABLE
                .withDescription("this master does not lead" + who)
                .asRuntimeException(trailers);
    }
}
