package io.stoa.libprocess.authentication;

import io.stoa.libprocess.Message;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.Processes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Processes that a test talks to. */
final class FakeProcesses implements Processes {

    private final ConcurrentMap<String, MessageReceiver> receivers = new ConcurrentHashMap<>();

    @Override
    public Registration register(String id, MessageReceiver receiver) {
        if (receivers.putIfAbsent(id, receiver) != null) {
            throw new IllegalArgumentException(id + " (expected: a new one)");
        }
        return () -> receivers.remove(id, receiver);
    }

    Set<String> ids() {
        return Set.copyOf(receivers.keySet());
    }

    /** Without effect where nobody is there. */
    void send(Message message) {
        MessageReceiver receiver = receivers.get(message.to());
        if (receiver != null) {
            receiver.receive(message);
        }
    }
}
