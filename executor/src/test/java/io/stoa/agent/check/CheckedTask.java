package io.stoa.agent.check;

import io.stoa.agent.container.Containerizer.Container;
import io.stoa.agent.container.WaitStatus;
import io.stoa.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;

/** A task whose container runs commands as the test says, and which writes down what it hears of its checks. */
final class CheckedTask implements CheckListener, AutoCloseable {

    final ManualTime time = new ManualTime(1_000_000_000_000L);
    /** What it heard: {@code healthy}, {@code unhealthy}, {@code hopeless}, {@code exit 1}, {@code no result}. */
    final List<String> heard = new ArrayList<>();
    /** The commands that were begun, in order. */
    final List<CompletableFuture<WaitStatus>> commands = new ArrayList<>();

    private final List<Runnable> waiting = new ArrayList<>();
    private boolean busy;
    private final Checks checks = new Checks(time, Runnable::run);
    private final TaskInfo info;
    private final List<TaskStatus> updates = new ArrayList<>();
    private CheckHistory told = new CheckHistory();
    private TaskChecks running = TaskChecks.NONE;

    CheckedTask(TaskInfo.Builder task) {
        info = task.setName("t")
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setAgentId(AgentID.newBuilder().setValue("a"))
                .build();
    }

    CheckedTask start() {
        if (updates.isEmpty()) {
            updates.add(status().build());
        }
        CheckHistory history = new CheckHistory();
        updates.forEach(history::add);
        told = history;
        running = checks.start(info, new CommandContainer(), history, this);
        return this;
    }

    /** What a restart of the agent does: the next life knows the updates only. */
    void restart() {
        running.stop();
        commands.clear();
        heard.clear();
        start();
    }

    void stop() {
        running.stop();
    }

    /** From now on commands wait until {@link #begin}. */
    void beBusy() {
        busy = true;
    }

    void begin() {
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    /** Ends the command that was begun last. */
    void exit(int status) {
        commands.get(commands.size() - 1).complete(new WaitStatus(status << 8));
    }

    /** Ends one command after the other, as soon as it is begun. */
    void exits(long intervalMs, int... statuses) {
        for (int status : statuses) {
            exit(status);
            time.advance(intervalMs);
        }
    }

    private TaskStatus.Builder status() {
        return TaskStatus.newBuilder()
                .setTaskId(info.getTaskId())
                .setState(TaskState.TASK_RUNNING)
                .setTimestamp(time.epochMs() / 1_000.0);
    }

    private void tell(TaskStatus update) {
        updates.add(update);
        told.add(update);
    }

    @Override
    public void checked(CheckStatusInfo result) {
        heard.add(
                result.getCommand().hasExitCode()
                        ? "exit " + result.getCommand().getExitCode()
                        : "no result");
        tell(status().setReason(Reason.REASON_TASK_CHECK_STATUS_UPDATED)
                .setCheckStatus(result)
                .build());
    }

    @Override
    public void healthChanged(boolean healthy) {
        heard.add(healthy ? "healthy" : "unhealthy");
        tell(status().setReason(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED)
                .setHealthy(healthy)
                .build());
    }

    @Override
    public void hopeless() {
        heard.add("hopeless");
        running.stop();
    }

    @Override
    public void close() {
        running.stop();
        checks.close();
    }

    private final class CommandContainer implements Container {

        @Override
        public void kill(long gracePeriodMs) {}

        @Override
        public CompletableFuture<WaitStatus> execute(CommandInfo command, Runnable begin) {
            CompletableFuture<WaitStatus> begun = new CompletableFuture<>();
            commands.add(begun);
            waiting.add(begin);
            if (!busy) {
                begin();
            }
            return begun;
        }
    }
}
