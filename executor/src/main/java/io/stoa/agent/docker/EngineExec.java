package io.stoa.agent.docker;

import io.stoa.agent.container.WaitStatus;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a container that runs, as {@code docker exec} does it. Unlike there, a command that nobody waits for any
 * more is killed. It is tried once: where the engine does not answer, that is how it ends.
 */
final class EngineExec {

    private static final Logger LOG = LoggerFactory.getLogger(EngineExec.class);

    private final CompletableFuture<WaitStatus> ended = new CompletableFuture<>();
    private final EngineAccess access;
    private final String container;
    private final CommandInfo command;
    private final Runnable begun;

    /** @param begun called when the command is about to begin */
    EngineExec(EngineAccess access, String container, CommandInfo command, Runnable begun) {
        this.access = access;
        this.container = container;
        this.command = command;
        this.begun = begun;
    }

    /** Does not block. The future fails where the engine says nothing of the command's end; cancelling it kills it. */
    CompletableFuture<WaitStatus> begin() {
        access.execs().execute(() -> unlessItFails(this::start));
        return ended;
    }

    private interface Step {

        void run() throws IOException;
    }

    private void unlessItFails(Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            ended.completeExceptionally(new IOException(Engine.words(e), e));
        }
    }

    private void start() throws IOException {
        if (ended.isDone()) {
            return;
        }
        ExecProcess process = access.engine().createExec(container, ExecOrder.of(command));
        String body = "{\"Detach\":false,\"Tty\":false}";
        String request = "POST /exec/" + process.id() + "/start HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        begun.run();
        Closeable connection = access.outputs()
                .ask(
                        request,
                        new Nowhere(),
                        complete -> access.execEnds().execute(() -> unlessItFails(() -> outputEnded(process))));
        ended.whenComplete((status, failure) -> {
            if (ended.isCancelled()) {
                close(connection);
                access.execEnds().execute(() -> unlessItFails(process::kill));
            }
        });
    }

    private void outputEnded(ExecProcess process) throws IOException {
        ended.complete(process.end()
                .orElseThrow(() -> new IOException("The Docker engine does not tell how the command ended")));
    }

    private static void close(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.warn("Not closed properly", e);
        }
    }

    /** What the command prints. */
    private static final class Nowhere implements OutputLoop.Sink {

        @Override
        public void take(ByteBuffer in) {}

        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public void close() {}
    }
}
