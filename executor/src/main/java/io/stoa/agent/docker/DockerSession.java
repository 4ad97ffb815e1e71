package io.stoa.agent.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.container.StandardIo;
import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a task's container that somebody talks with. It begins when they are connected, and is killed when
 * nobody is any more.
 */
final class DockerSession implements Container {

    private static final Logger LOG = LoggerFactory.getLogger(DockerSession.class);

    /** How often it is looked whether the command has ended whose output has, and how long after one another. */
    private static final int LOOKS = 50;

    private static final long LOOK_AGAIN_MS = 100;

    private final ContainerSpec spec;
    private final ContainerListener listener;
    private final Engine engine;
    private final EngineCalls calls;
    private final boolean terminal;
    private @Nullable ExecProcess process;
    private @Nullable EngineIo io;
    private boolean begun;
    private boolean killed;
    private boolean ended;

    DockerSession(ContainerSpec spec, ContainerListener listener, Engine engine, EngineCalls calls) {
        this.spec = spec;
        this.listener = listener;
        this.engine = engine;
        this.calls = calls;
        terminal = spec.workload().io().kind() == StandardIo.Kind.TERMINAL;
    }

    void launch() {
        calls.execute(this::prepare);
    }

    private void prepare() {
        if (!spec.workload().io().waits() || spec.workload().command().isEmpty()) {
            end(launchFailed("Docker containers take no other containers but sessions that have a command"));
            return;
        }
        ExecOrder order = ExecOrder.interactive(spec.workload().command().get(), terminal);
        try {
            ExecProcess prepared =
                    engine.createExec(ContainerOptions.name(spec.id().root()), order);
            synchronized (this) {
                process = prepared;
            }
        } catch (DockerException | NoAnswerException e) {
            end(launchFailed(Engine.words(e)));
            return;
        }
        if (hasEnded()) {
            return;
        }
        ContainerStatus status =
                ContainerStatus.newBuilder().setContainerId(spec.id().toProto()).build();
        listener.starting(status);
        listener.running(status);
    }

    private static End launchFailed(String why) {
        return new End(
                TaskState.TASK_FAILED, Reason.REASON_CONTAINER_LAUNCH_FAILED, "Failed to launch container: " + why);
    }

    @Override
    public ContainerIo io(ContainerIo.Listener attached) throws IOException {
        ExecProcess prepared;
        synchronized (this) {
            prepared = process;
            if (prepared == null || begun || killed) {
                throw new IOException("Nobody can be connected to this session any more");
            }
            begun = true;
        }
        EngineIo connected;
        try {
            connected = engine.startExec(
                    prepared, terminal, attached, () -> calls.untilAnswered(() -> look(prepared, LOOKS)));
        } catch (IOException e) {
            end(launchFailed(Engine.words(e)));
            throw e;
        }
        synchronized (this) {
            io = connected;
        }
        spec.workload().io().window().ifPresent(size -> connected.window(size.getRows(), size.getColumns()));
        return connected;
    }

    private void look(ExecProcess begunProcess, int left) {
        if (hasEnded()) {
            return;
        }
        Optional<WaitStatus> status;
        try {
            status = begunProcess.end();
        } catch (DockerException e) {
            // It ended with its container.
            end(new End(TaskState.TASK_FAILED, null, "Failed to get exit status of command: " + Engine.words(e)));
            return;
        }
        if (status.isPresent()) {
            end(describe(status.get()));
        } else if (left == 0) {
            end(new End(TaskState.TASK_FAILED, null, "The Docker engine does not tell how the command ended"));
        } else {
            if (left < LOOKS) {
                killNow(begunProcess);
            }
            calls.after(LOOK_AGAIN_MS, () -> calls.untilAnswered(() -> look(begunProcess, left - 1)));
        }
    }

    private void killNow(ExecProcess running) {
        try {
            running.kill();
        } catch (IOException | DockerException e) {
            LOG.debug("Not killed session={}", spec.id(), e);
        }
    }

    private synchronized End describe(WaitStatus status) {
        TaskState state =
                killed ? TaskState.TASK_KILLED : status.succeeded() ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
        return new End(state, null, "Command " + status.words(), OptionalInt.of(status.raw()));
    }

    /** At once, whatever the grace period: there is nobody left to talk with. */
    @Override
    public void kill(long gracePeriodMs) {
        ExecProcess running;
        synchronized (this) {
            if (killed || ended) {
                return;
            }
            killed = true;
            running = begun ? process : null;
        }
        if (running == null) {
            end(End.killedDuringLaunch());
        } else {
            calls.untilAnswered(() -> look(running, LOOKS - 1));
        }
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    private void end(End how) {
        EngineIo connection;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            connection = io;
        }
        listener.ended(how);
        if (connection != null) {
            connection.end();
        }
    }
}
