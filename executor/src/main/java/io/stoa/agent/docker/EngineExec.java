package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.command.InspectExecResponse;
import io.stoa.agent.container.WaitStatus;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a container that runs, as {@code docker exec} does it. Unlike there, a command that nobody waits for any
 * more is killed. It is tried once: where the engine does not answer, that is how it ends.
 */
final class EngineExec {

    private static final Logger LOG = LoggerFactory.getLogger(EngineExec.class);

    private final CompletableFuture<WaitStatus> ended = new CompletableFuture<>();
    private final Engine engine;
    private final EngineCalls calls;
    private final OutputLoop outputs;
    private final String container;
    private final CommandInfo command;

    EngineExec(Engine engine, EngineCalls calls, OutputLoop outputs, String container, CommandInfo command) {
        this.engine = engine;
        this.calls = calls;
        this.outputs = outputs;
        this.container = container;
        this.command = command;
    }

    /** Does not block. The future fails where the engine says nothing of the command's end; cancelling it kills it. */
    CompletableFuture<WaitStatus> begin() {
        calls.execute(() -> unlessItFails(this::start));
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
        String id = engine.createExec(container, words(), environment());
        String body = "{\"Detach\":false,\"Tty\":false}";
        String request = "POST /exec/" + id + "/start HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        Closeable connection = outputs.ask(
                request, new Nowhere(), complete -> calls.execute(() -> unlessItFails(() -> outputEnded(id))));
        ended.whenComplete((status, failure) -> {
            if (ended.isCancelled()) {
                close(connection);
                calls.execute(() -> unlessItFails(() -> kill(id)));
            }
        });
    }

    /** As Mesos hands them to {@code docker exec}: without a shell the value is the program, whatever its arguments. */
    private List<String> words() {
        if (command.getShell()) {
            return List.of("sh", "-c", command.getValue());
        }
        List<String> words = new ArrayList<>();
        if (command.hasValue()) {
            words.add(command.getValue());
        }
        words.addAll(command.getArgumentsList());
        return words;
    }

    private List<String> environment() {
        return command.getEnvironment().getVariablesList().stream()
                .map(variable -> variable.getName() + "=" + variable.getValue())
                .toList();
    }

    private void outputEnded(String id) throws IOException {
        InspectExecResponse state = engine.inspectExec(id);
        Long exitCode = state.getExitCodeLong();
        if (Boolean.TRUE.equals(state.isRunning()) || exitCode == null) {
            throw new IOException("The Docker engine does not tell how the command ended");
        }
        ended.complete(new WaitStatus((int) (exitCode & 0xff) << 8));
    }

    /** The engine has no call for that. */
    private void kill(String id) throws IOException {
        InspectExecResponse state = engine.inspectExec(id);
        Long pid = state.getPidLong();
        if (Boolean.TRUE.equals(state.isRunning()) && pid != null && isInContainer(pid, state.getContainerID())) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** The engine may count its processes otherwise than this host does. */
    private static boolean isInContainer(long pid, @Nullable String id) throws IOException {
        Path groups = Path.of("/proc", Long.toString(pid), "cgroup");
        return id != null
                && Files.exists(groups)
                && Files.readString(groups, UTF_8).contains(id);
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
