package io.stoa.agent.check;

import io.stoa.agent.container.Containerizer.Container;
import io.stoa.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.TaskInfo;

/** Checks the tasks of an agent. */
public final class Checks implements AutoCloseable {

    private final Dialer dialer = new Dialer();
    private final Time time;
    private final Executor thread;

    /** @param thread the agent's own, on which this is called and listeners are told */
    public Checks(Time time, Executor thread) {
        this.time = time;
        this.thread = thread;
    }

    /**
     * Begins to check a task that runs, or goes on with it in the agent's next life.
     *
     * @param history of the task's updates so far; takes those too that the listener makes, before it returns
     */
    public TaskChecks start(TaskInfo task, Container container, CheckHistory history, CheckListener listener) {
        long nowMs = time.epochMs();
        long ageMs = Math.max(0, nowMs - history.runningSinceMs().orElse(nowMs));
        List<CheckLoop> loops = new ArrayList<>();
        if (task.hasCheck()) {
            CheckInfo check = task.getCheck();
            loops.add(start(CheckPlan.of(check), container, new CheckWatch(check, history, listener), ageMs));
        }
        if (task.hasHealthCheck() && history.isHopeless(task.getHealthCheck())) {
            // The agent's last life may have ended between saying so and the kill.
            thread.execute(listener::hopeless);
        } else if (task.hasHealthCheck()) {
            HealthCheck check = task.getHealthCheck();
            long graceMs = CheckPlan.milliseconds(check.getGracePeriodSeconds());
            long graceEndsMs = time.monotonicMs() + graceMs - ageMs;
            BooleanSupplier inGracePeriod = () -> graceMs > 0 && time.monotonicMs() <= graceEndsMs;
            String id = task.getTaskId().getValue();
            HealthWatch watch = new HealthWatch(id, check, history, inGracePeriod, listener);
            loops.add(start(CheckPlan.of(check), container, watch, ageMs));
        }
        return new TaskChecks(loops);
    }

    private CheckLoop start(CheckPlan plan, Container container, Consumer<Outcome> watch, long ageMs) {
        CheckLoop loop = new CheckLoop(plan, probe(plan.target(), container), watch, time, thread);
        loop.start(Math.max(0, plan.delayMs() - ageMs));
        return loop;
    }

    private Probe probe(CheckPlan.Target target, Container container) {
        if (target instanceof CheckPlan.Command command) {
            return new CommandProbe(container, command.command());
        }
        if (target instanceof CheckPlan.Http http) {
            return new HttpProbe(dialer, container, http);
        }
        return new TcpProbe(dialer, container, (CheckPlan.Tcp) target);
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        dialer.close();
    }
}
