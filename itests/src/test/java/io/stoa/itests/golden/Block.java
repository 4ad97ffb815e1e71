package io.stoa.itests.golden;

import java.util.List;

/** One entry of a recording. */
@SuppressWarnings("ArrayRecordComponent") // Compared by what they hold, never by equals.
sealed interface Block {

    /** Seconds since the recording began. */
    double at();

    /** The name of the TCP connection. */
    String connection();

    /** @param times how often the request is written, all at once */
    record Request(double at, String connection, String remark, List<String> head, byte[] body, int times)
            implements Block {

        String method() {
            return head.get(0).split(" ", 2)[0];
        }
    }

    record Response(double at, String connection, List<String> head, byte[] body) implements Block {

        boolean isStream() {
            return head.stream().anyMatch(line -> line.equalsIgnoreCase("Transfer-Encoding: chunked"));
        }
    }

    /** One record of an event stream. */
    record StreamedEvent(double at, String connection, byte[] record) implements Block {}

    /** The server ends the event stream in good order. */
    record EndOfStream(double at, String connection) implements Block {}

    record ClosedByClient(double at, String connection) implements Block {}

    /** The server closes the connection without an answer. */
    record ClosedByServer(double at, String connection) implements Block {}

    /**
     * Something happens to an agent.
     *
     * @param connection the last part of the agent's recorded id, {@code S1}
     */
    record AgentIncident(double at, String connection, Incident what) implements Block {}

    /** What may happen to an agent. */
    enum Incident {
        /** By SIGKILL: its connection breaks, what it launched lives on. */
        KILLED,
        STARTED,
        UNREGISTERED
    }
}
