package org.apache.mesos;

import io.stoa.driver.DriverLife;
import io.stoa.driver.DriverStatus;
import io.stoa.driver.executor.ExecutorCallbacks;
import io.stoa.driver.executor.ExecutorSession;
import io.stoa.driver.executor.ExecutorSettings;
import io.stoa.driver.executor.ProcessGroup;
import io.stoa.driver.executor.ShutdownDeadline;
import io.stoa.driver.loop.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects an executor with its agent, over the agent's v1 API and without native code. Thread-safe.
 *
 * <p>Its methods and callbacks are those of the driver over libmesos. As there, {@code disconnected} of the executor is
 * never called: while an agent restarts the executor notices nothing, and then {@code reregistered}. A framework that
 * does not checkpoint loses its executors with the agent: they are shut down. An executor that was shut down and does
 * not end is killed with all of its process group after {@code MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD}.
 *
 * <p>Differently from there, {@link #join} returns after {@link #stop} or {@link #abort} only when the agent has got
 * all updates that were sent before, or five seconds have passed; and {@link #start} throws where the environment lacks
 * what an agent puts there, instead of ending the process.
 */
public class MesosExecutorDriver implements ExecutorDriver {

    private static final Logger LOGGER = LoggerFactory.getLogger(MesosExecutorDriver.class);

    private final Executor executor;
    private final Supplier<ExecutorSettings> settings;
    private final Runnable kill;
    private final DriverLife life = new DriverLife();
    private final AtomicReference<Running> running = new AtomicReference<>();

    /** A driver of the executor that this process is. */
    public MesosExecutorDriver(Executor executor) {
        this(executor, () -> new ExecutorSettings(System.getenv()), ProcessGroup::kill);
    }

    /**
     * @param settings asked for when the driver starts
     * @param kill what ends the process if the executor, shut down, does not do so itself
     */
    @SuppressWarnings("ConstantValue")
    MesosExecutorDriver(Executor executor, Supplier<ExecutorSettings> settings, Runnable kill) {
        if (executor == null) {
            throw new NullPointerException("Not expecting a null Executor");
        }
        this.executor = executor;
        this.settings = settings;
        this.kill = kill;
    }

    /** @throws IllegalStateException where an agent's environment is missing */
    @Override
    public Status start() {
        return status(life.start(this::launch));
    }

    private void launch() {
        ExecutorSettings chosen;
        try {
            chosen = settings.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        EventLoop loop = new EventLoop("stoa-driver-executor", this::fail);
        ExecutorSession session = new ExecutorSession(chosen, loop, new Callbacks(), new ShutdownDeadline(kill));
        running.set(new Running(loop, session));
        loop.deliver(session::start);
    }

    /** Something came out of a callback; JNI ends a driver then. */
    private void fail(Throwable thrown) {
        // First the deed: without memory there may be no line in the log.
        abort();
        LOGGER.error("Executor is aborted: a callback has thrown", thrown);
    }

    @Override
    public Status stop() {
        return status(life.stop(() -> running().stop(life::end)));
    }

    @Override
    public Status abort() {
        return status(life.abort(() -> running().abort(life::end)));
    }

    @Override
    public Status join() {
        return status(life.join());
    }

    @Override
    public Status run() {
        Status status = start();
        return status != Status.DRIVER_RUNNING ? status : join();
    }

    @Override
    public Status sendStatusUpdate(TaskStatus status) {
        byte[] bytes = status.toByteArray();
        return status(life.whileRunning(() -> running().execute(session -> session.sendStatusUpdate(bytes))));
    }

    @Override
    public Status sendFrameworkMessage(byte[] data) {
        byte[] bytes = data.clone();
        return status(life.whileRunning(() -> running().execute(session -> session.sendFrameworkMessage(bytes))));
    }

    private Running running() {
        Running started = running.get();
        if (started == null) {
            throw new IllegalStateException("The driver was not started");
        }
        return started;
    }

    private static Status status(DriverStatus status) {
        return Status.valueOf("DRIVER_" + status);
    }

    /** What there is from the start on. */
    private static final class Running {

        private final EventLoop loop;
        private final ExecutorSession session;

        Running(EventLoop loop, ExecutorSession session) {
            this.loop = loop;
            this.session = session;
        }

        void execute(Action action) {
            loop.execute(() -> {
                try {
                    action.run(session);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        void stop(Runnable end) {
            session.ignoreEvents();
            loop.deliver(() -> session.stop(() -> {
                loop.close();
                end.run();
            }));
        }

        void abort(Runnable end) {
            session.ignoreEvents();
            loop.deliver(() -> session.abort(end));
        }
    }

    @FunctionalInterface
    private interface Action {
        void run(ExecutorSession session) throws IOException;
    }

    private final class Callbacks implements ExecutorCallbacks {

        private final MesosExecutorDriver driver = MesosExecutorDriver.this;

        @Override
        public void registered(byte[] info, byte[] framework, byte[] agent) throws IOException {
            executor.registered(
                    driver,
                    ExecutorInfo.parseFrom(info),
                    FrameworkInfo.parseFrom(framework),
                    SlaveInfo.parseFrom(agent));
        }

        @Override
        public void reregistered(byte[] agent) throws IOException {
            executor.reregistered(driver, SlaveInfo.parseFrom(agent));
        }

        @Override
        public void launchTask(byte[] task) throws IOException {
            executor.launchTask(driver, TaskInfo.parseFrom(task));
        }

        @Override
        public void killTask(byte[] taskId) throws IOException {
            executor.killTask(driver, TaskID.parseFrom(taskId));
        }

        @Override
        public void frameworkMessage(byte[] data) {
            executor.frameworkMessage(driver, data);
        }

        @Override
        public void shutdown() {
            executor.shutdown(driver);
        }

        @Override
        public void error(String message) {
            executor.error(driver, message);
        }

        @Override
        public void abort() {
            driver.abort();
        }
    }
}
