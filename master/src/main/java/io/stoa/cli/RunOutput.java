package io.stoa.cli;

import io.stoa.cli.run.RunRequest;
import io.stoa.proto.mesos.TaskStates;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * What a run shows: each change of a task's state on stderr, and what the tasks write. Where there are several, each
 * line of theirs begins with its task's id.
 */
final class RunOutput implements AutoCloseable {

    private static final long POLL_INTERVAL_MS = 200;

    private final Supplier<HttpEndpoint> masters;
    private final boolean single;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Map<String, String> hostnames = new HashMap<>();
    private final Map<String, String> states = new HashMap<>();
    private final Map<String, TaskOutput> outputs = new HashMap<>();
    private final Queue<TaskOutput> started = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch shown = new CountDownLatch(1);
    private final Runnable onLoss;
    private volatile @Nullable OutputException lost;
    private final Thread follower = new Thread(this::follow, "task-output");

    /** @param onLoss called on a thread of its own, once, where what the tasks write cannot be shown any more */
    RunOutput(Supplier<HttpEndpoint> masters, RunRequest request, CommandLine command, Runnable onLoss) {
        this.masters = masters;
        single = request.count() == 1;
        out = command.getOut();
        err = command.getErr();
        this.onLoss = onLoss;
        follower.setDaemon(true);
        follower.start();
    }

    void show(Event event) {
        if (event.getType() == Event.Type.SUBSCRIBED) {
            Terminal.tell(
                    err,
                    "subscribed as " + event.getSubscribed().getFrameworkId().getValue());
        } else if (event.getType() == Event.Type.OFFERS) {
            event.getOffers()
                    .getOffersList()
                    .forEach(offer -> hostnames.put(offer.getAgentId().getValue(), offer.getHostname()));
        } else if (event.getType() == Event.Type.UPDATE) {
            show(event.getUpdate().getStatus());
        }
    }

    /**
     * The tasks have ended: waits until all that they wrote is shown.
     *
     * @throws OutputException where it cannot be
     */
    void finish() {
        ended.countDown();
        try {
            shown.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        OutputException why = lost;
        if (why != null) {
            throw why;
        }
    }

    @Override
    public void close() {
        follower.interrupt();
    }

    private void show(TaskStatus status) {
        String taskId = status.getTaskId().getValue();
        TaskState state = status.getState();
        String host = hostnames.getOrDefault(status.getAgentId().getValue(), "");
        String line = state.name().substring("TASK_".length())
                + (host.isEmpty() ? "" : " on " + host)
                + (status.getMessage().isEmpty() ? "" : ": " + status.getMessage());
        // After a failover a state is told again, in other words.
        if (!state.name().equals(states.put(taskId, state.name()))) {
            Terminal.tell(err, taskId + " " + line);
        }
        boolean terminal = TaskStates.isTerminal(state);
        if (state == TaskState.TASK_RUNNING || terminal) {
            TaskOutput output = outputs.computeIfAbsent(taskId, this::follow);
            if (terminal) {
                output.taskHasEnded();
            } else {
                output.taskRuns();
            }
        }
    }

    private TaskOutput follow(String taskId) {
        String prefix = single ? "" : taskId + ": ";
        TaskOutput output =
                new TaskOutput(masters, taskId, new PrefixedLines(prefix, out), new PrefixedLines(prefix, err));
        started.add(output);
        return output;
    }

    private void follow() {
        List<TaskOutput> followed = new ArrayList<>();
        try {
            boolean last;
            do {
                last = ended.await(POLL_INTERVAL_MS, TimeUnit.MILLISECONDS);
                for (TaskOutput next = started.poll(); next != null; next = started.poll()) {
                    followed.add(next);
                }
                followed.removeIf(TaskOutput::catchUp);
            } while (!last);
            followed.forEach(output -> output.failure().ifPresent(failure -> Terminal.tell(err, failure)));
        } catch (OutputException e) {
            lost = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            shown.countDown();
        }
        if (lost != null) {
            onLoss.run();
        }
    }
}
