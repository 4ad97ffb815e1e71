package io.stoa.agent.container;

import io.stoa.agent.container.ContainerIo.Listener;
import io.stoa.agent.container.ContainerIo.Source;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** All who are attached to one container: they share one connection to it, which is there as long as anybody is. */
final class Attachment {

    /** Connects to the container. */
    interface Opening {
        ContainerIo open(Listener listener) throws IOException;
    }

    private final Opening opening;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Line line;
    private @Nullable ContainerIo io;
    private boolean over;

    Attachment(Opening opening) {
        this.opening = opening;
    }

    /**
     * Who comes when all has been said, but the container has not ended yet, is told so.
     *
     * @throws IOException where nobody can be attached to it (any more), with a message for people
     */
    synchronized ContainerIo join(Listener listener) throws IOException {
        listeners.add(listener);
        if (io == null) {
            Line opened = new Line();
            line = opened;
            try {
                io = opening.open(opened);
                over = false;
            } catch (IOException e) {
                line = null;
                listeners.remove(listener);
                if (!over) {
                    throw e;
                }
                listener.ended();
                return Over.INSTANCE;
            }
        }
        return new Seat(listener, io);
    }

    /** All has been said, or the connection broke: who comes next tries another one. */
    private void ended(Line broken) {
        List<Listener> told;
        synchronized (this) {
            if (line != broken) {
                return;
            }
            over = true;
            told = List.copyOf(listeners);
            listeners.clear();
            hangUp();
        }
        told.forEach(Listener::ended);
    }

    private synchronized void leave(Listener listener) {
        if (listeners.remove(listener) && listeners.isEmpty()) {
            hangUp();
        }
    }

    private void hangUp() {
        line = null;
        if (io != null) {
            io.close();
            io = null;
        }
    }

    /** Hears of one connection. What one still says that was left, or its end, is nothing to those of the next. */
    private final class Line implements Listener {

        @Override
        public void output(Source source, byte[] data) {
            if (line == this) {
                listeners.forEach(listener -> listener.output(source, data));
            }
        }

        @Override
        public void ended() {
            Attachment.this.ended(this);
        }
    }

    /** Of who came too late. */
    private enum Over implements ContainerIo {
        INSTANCE;

        @Override
        public void input(byte[] data) {}

        @Override
        public void endInput() {}

        @Override
        public void window(int rows, int columns) {}

        @Override
        public void close() {}
    }

    private final class Seat implements ContainerIo {

        private final Listener listener;
        private final ContainerIo shared;

        private Seat(Listener listener, ContainerIo shared) {
            this.listener = listener;
            this.shared = shared;
        }

        @Override
        public void input(byte[] data) throws IOException {
            shared.input(data);
        }

        @Override
        public void endInput() throws IOException {
            shared.endInput();
        }

        @Override
        public void window(int rows, int columns) throws IOException {
            shared.window(rows, columns);
        }

        @Override
        public void close() {
            leave(listener);
        }
    }
}
