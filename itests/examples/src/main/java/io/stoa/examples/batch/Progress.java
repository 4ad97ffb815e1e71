package io.stoa.examples.batch;

import io.stoa.examples.WorkId;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the jobs are.
 *
 * @param waiting to be launched
 * @param running how many tasks run, or are about to
 * @param finished how many are done
 * @param failed the last tries of those that were tried as often as they may be
 * @param surplus tries that run beside another one, or though the task is done: their host was away and came back
 */
record Progress(List<Want> waiting, int running, int finished, List<WorkId> failed, List<WorkId> surplus) {

    Progress {
        waiting = List.copyOf(waiting);
        failed = List.copyOf(failed);
        surplus = List.copyOf(surplus);
    }

    /** @param most how often a task is tried */
    static Progress of(List<Job> jobs, Tries tries, int most) {
        Count count = new Count(tries, most);
        for (Job job : jobs) {
            for (int number = 0; number < job.count(); number++) {
                count.add(job, new WorkId(job.name(), number, 0));
            }
        }
        return new Progress(count.waiting, count.running, count.finished, count.failed, count.surplus);
    }

    /** Nothing is left to be done, for good or bad. */
    boolean isOver() {
        return waiting.isEmpty() && running == 0;
    }

    private static final class Count {

        private final Tries tries;
        private final int most;
        private final List<Want> waiting = new ArrayList<>();
        private final List<WorkId> failed = new ArrayList<>();
        private final List<WorkId> surplus = new ArrayList<>();
        private int running;
        private int finished;

        private Count(Tries tries, int most) {
            this.tries = tries;
            this.most = most;
        }

        private void add(Job job, WorkId task) {
            List<WorkId> alive = tries.alive(task);
            int next = tries.next(task);
            if (tries.isFinished(task)) {
                finished++;
                surplus.addAll(alive);
            } else if (!alive.isEmpty()) {
                running++;
                surplus.addAll(alive.subList(1, alive.size()));
            } else if (next >= most) {
                failed.add(new WorkId(task.name(), task.number(), next - 1));
            } else {
                waiting.add(new Want(new WorkId(task.name(), task.number(), next), job.program()));
            }
        }
    }
}
