package io.stoa.libprocess.scheduler;

import com.google.protobuf.Message;
import io.stoa.libprocess.Link;
import io.stoa.libprocess.LinkPurpose;
import io.stoa.libprocess.Peers;
import io.stoa.libprocess.Upid;
import io.stoa.mesos.scheduler.EventStream;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.model.StateVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/**
 * Events as messages to a framework's process. It is linked when it is subscribed, and the stream lasts as long as that
 * link; a process that is refused is told without one. Belongs to the peer's executor.
 */
final class LibprocessEventStream implements EventStream {

    private final Upid peer;
    private final String self;
    private final Peers peers;
    private final EventMessages messages;
    private final Predicate<Upid> isSubscribed;
    private final Consumer<Upid> left;
    private final List<Runnable> closeActions = new ArrayList<>();
    private String framework = "";
    private @Nullable Link link;
    private boolean closed;

    /**
     * @param self the name of our process
     * @param isSubscribed whether a process is subscribed as a framework, by whichever stream
     * @param left is told of a process that is so no more
     */
    LibprocessEventStream(
            Upid peer,
            String self,
            Peers peers,
            EventMessages messages,
            Predicate<Upid> isSubscribed,
            Consumer<Upid> left) {
        this.isSubscribed = isSubscribed;
        this.peer = peer;
        this.self = self;
        this.peers = peers;
        this.messages = messages;
        this.left = left;
    }

    @Override
    public String id() {
        return peer.toString();
    }

    @Override
    public Transport transport() {
        return Transport.LIBPROCESS;
    }

    @Override
    public Executor executor() {
        return peers.executor(peer);
    }

    @Override
    public void begin(Event subscribed, StateVersion generation, boolean resumed) {
        framework = subscribed.getSubscribed().getFrameworkId().getValue();
        link = peers.link(self, peer, LinkPurpose.FRAMEWORK, this::lost);
        send(EventMessages.registered(subscribed.getSubscribed(), resumed));
    }

    @Override
    public void send(Event event) {
        messages.of(event, framework).ifPresent(this::send);
    }

    private void send(Message message) {
        String name = EventMessages.name(message);
        if (link == null) {
            peers.send(self, peer, name, message.toByteArray());
        } else {
            link.send(name, message.toByteArray());
        }
    }

    @Override
    public void whenCaughtUp(int heldBytes, Runnable action) {
        if (link == null) {
            action.run();
        } else {
            link.whenCaughtUp(heldBytes, action);
        }
    }

    /**
     * Who is not dead but out of reach is to know that it is not subscribed any more: it has no other way to notice.
     * One that has subscribed again meanwhile is.
     */
    private void lost() {
        if (!closed) {
            close();
            if (!isSubscribed.test(peer)) {
                Message error = EventMessages.error("Framework disconnected");
                peers.send(self, peer, EventMessages.name(error), error.toByteArray());
            }
        }
    }

    @Override
    public void end() {
        if (!closed && link != null) {
            link.close();
            close();
        }
    }

    private void close() {
        closed = true;
        closeActions.forEach(Runnable::run);
        if (!isSubscribed.test(peer)) {
            left.accept(peer);
        }
    }

    @Override
    public void whenClosed(Runnable action) {
        if (closed) {
            action.run();
        } else {
            closeActions.add(action);
        }
    }
}
