package io.stoa.agent.link;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** Who leads the cluster. */
public interface MasterSource extends AutoCloseable {

    /** A master at a fixed address. */
    static MasterSource fixed(InetSocketAddress address) {
        return new MasterSource() {
            @Override
            public void watch(Consumer<Optional<InetSocketAddress>> listener) {
                listener.accept(Optional.of(address));
            }

            @Override
            public void close() {}
        };
    }

    /** @param listener told, on any thread, who leads now, and again with every change; empty: nobody is known to */
    void watch(Consumer<Optional<InetSocketAddress>> listener);

    @Override
    void close();
}
