package io.stoa.cli;

import io.stoa.state.model.TaskStates;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What a run shows: each status on stderr and, where it has one task only, that task's own stdout and stderr. */
final class RunOutput implements AutoCloseable {

    private static final long POLL_INTERVAL_MS = 200;

    private final HttpEndpoint master;
    private final boolean showsFiles;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Map<String, String> hostnames = new HashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Thread follower;

    RunOutput(HttpEndpoint master, boolean showsFiles, CommandLine command) {
        this.master = master;
        this.showsFiles = showsFiles;
        out = command.getOut();
        err = command.getErr();
    }

    void show(Event event) {
        if (event.getType() == Event.Type.OFFERS) {
            event.getOffers()
                    .getOffersList()
                    .forEach(offer -> hostnames.put(offer.getAgentId().getValue(), offer.getHostname()));
        } else if (event.getType() == Event.Type.UPDATE) {
            show(event.getUpdate().getStatus());
        }
    }

    /** The tasks have ended: waits until all that they wrote is shown. */
    void finish() {
        ended.countDown();
        try {
            if (follower != null) {
                follower.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (follower != null) {
            follower.interrupt();
        }
    }

    private void show(TaskStatus status) {
        String taskId = status.getTaskId().getValue();
        TaskState state = status.getState();
        String host = hostnames.getOrDefault(status.getAgentId().getValue(), "");
        err.println("stoa: " + taskId + " " + state.name().substring("TASK_".length())
                + (host.isEmpty() ? "" : " on " + host)
                + (status.getMessage().isEmpty() ? "" : ": " + status.getMessage()));
        boolean hasRun = state == TaskState.TASK_RUNNING || TaskStates.isTerminal(state);
        if (showsFiles && hasRun && follower == null) {
            follower = new Thread(() -> follow(taskId), "task-output");
            follower.setDaemon(true);
            follower.start();
        }
    }

    private void follow(String taskId) {
        try {
            TaskDetail task = TaskDetail.find(master, taskId, Optional.empty());
            Optional<Sandbox> sandbox = Sandbox.of(task);
            if (sandbox.isEmpty()) {
                return;
            }
            List<FileTail> tails =
                    List.of(new FileTail(sandbox.get(), "stdout", out), new FileTail(sandbox.get(), "stderr", err));
            boolean last;
            boolean found;
            do {
                last = ended.await(POLL_INTERVAL_MS, TimeUnit.MILLISECONDS);
                found = tails.stream().filter(FileTail::catchUp).count() == tails.size();
            } while (!last);
            if (!found) {
                err.println("stoa: " + sandbox.get().agent().name() + " does not show the task's output");
            }
        } catch (CommandException e) {
            err.println("stoa: cannot show the task's output: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
