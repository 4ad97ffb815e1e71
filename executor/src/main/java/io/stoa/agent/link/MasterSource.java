package io.stoa.agent.link;

import io.stoa.detector.MasterDetector;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who leads the cluster. */
public interface MasterSource extends AutoCloseable {

    /**
     * @param master {@code host:port}, {@code zk://host:port,.../path} or {@code file:///path}; checked when the watch
     *     begins
     */
    static MasterSource of(String master) {
        return new MasterSource() {
            private @Nullable MasterDetector detector;

            @Override
            public void watch(Consumer<Optional<InetSocketAddress>> listener) {
                detector = MasterDetector.open(
                        master,
                        leader -> listener.accept(
                                leader.map(found -> InetSocketAddress.createUnresolved(found.host(), found.port()))));
            }

            @Override
            public void close() {
                if (detector != null) {
                    detector.close();
                }
            }
        };
    }

    /**
     * @param listener told, on any thread, who leads now, and again with every change; empty: nobody is known to
     * @throws IllegalArgumentException where there is nothing to watch
     */
    void watch(Consumer<Optional<InetSocketAddress>> listener);

    @Override
    void close();
}
