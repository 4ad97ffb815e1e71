package io.stoa.libprocess.scheduler;

import io.stoa.libprocess.Upid;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/** Who decides which processes may subscribe a framework. Safe for use by any thread; nothing blocks. */
public interface SubscriptionGate {

    /** Lets everybody in, as nobody in particular. */
    SubscriptionGate OPEN = new SubscriptionGate() {
        @Override
        public void admit(Upid from, FrameworkInfo info, Consumer<Admission> then) {
            then.accept(new Admission.Granted(Optional.empty()));
        }

        @Override
        public void left(Upid pid) {}
    };

    /** What becomes of a subscription. */
    sealed interface Admission {

        /** @param principal who it has proved to be, if it has */
        record Granted(Optional<String> principal) implements Admission {}

        /** @param error what the framework is told, in Mesos' words */
        record Refused(String error) implements Admission {}
    }

    /**
     * Asks whether a process may subscribe.
     *
     * @param from who says it subscribes
     * @param then gets the answer on any thread, at once where it is known. Where the process is being authenticated it
     *     comes when that has ended; never where that came to nothing, or the process subscribes again meanwhile
     */
    void admit(Upid from, FrameworkInfo info, Consumer<Admission> then);

    /** A process has no framework here any more: what it has proved counts no longer. */
    void left(Upid pid);
}
