package io.stoa.agent.check;

import java.util.List;

/** The checks of one task that runs. */
public final class TaskChecks {

    /** Those of a task that has none. */
    public static final TaskChecks NONE = new TaskChecks(List.of());

    private final List<CheckLoop> loops;

    TaskChecks(List<CheckLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /** Nothing is told any more. */
    public void stop() {
        loops.forEach(CheckLoop::stop);
    }
}
