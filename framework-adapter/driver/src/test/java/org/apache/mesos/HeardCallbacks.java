package org.apache.mesos;

import io.stoa.testing.Patience;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;

/** An executor that notes its callbacks as lines of text, and then does what a test says. */
final class HeardCallbacks implements Executor {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private volatile BiConsumer<ExecutorDriver, String> reaction = (driver, line) -> {};

    /** What it does on each callback, whose line it is given. */
    void react(BiConsumer<ExecutorDriver, String> newReaction) {
        reaction = newReaction;
    }

    /** The next line; waits for it with patience. */
    String next() throws InterruptedException {
        String next = Patience.next(heard);
        return next == null ? "nothing" : next;
    }

    boolean isEmpty() {
        return heard.isEmpty();
    }

    private void add(ExecutorDriver driver, String line) {
        // As it was when the callback came: the line may be what a test waits for before it sets the next.
        BiConsumer<ExecutorDriver, String> now = reaction;
        heard.add(line);
        now.accept(driver, line);
    }

    @Override
    public void registered(ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent) {
        add(
                driver,
                "registered " + executor.getExecutorId().getValue() + " of " + framework.getName() + " on "
                        + agent.getId().getValue() + " at " + agent.getHostname());
    }

    @Override
    public void reregistered(ExecutorDriver driver, SlaveInfo agent) {
        add(driver, "reregistered on " + agent.getId().getValue());
    }

    @Override
    public void disconnected(ExecutorDriver driver) {
        add(driver, "disconnected");
    }

    @Override
    public void launchTask(ExecutorDriver driver, TaskInfo task) {
        add(driver, "launch " + task.getTaskId().getValue());
    }

    @Override
    public void killTask(ExecutorDriver driver, TaskID taskId) {
        add(driver, "kill " + taskId.getValue());
    }

    @Override
    public void frameworkMessage(ExecutorDriver driver, byte[] data) {
        add(driver, "message " + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void shutdown(ExecutorDriver driver) {
        add(driver, "shutdown");
    }

    @Override
    public void error(ExecutorDriver driver, String message) {
        add(driver, "error " + message);
    }
}
