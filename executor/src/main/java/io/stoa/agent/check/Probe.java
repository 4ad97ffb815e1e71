package io.stoa.agent.check;

import java.util.concurrent.CompletableFuture;

/** A way to find out how a task is. */
interface Probe {

    /** Who does it, for messages: {@code Command}. */
    String name();

    /**
     * Does not block.
     *
     * @param begun called, on any thread, when the attempt begins: what it waited for before says nothing of the task
     * @return never fails; cancelling it ends the attempt and what it has started
     */
    CompletableFuture<Outcome> attempt(Runnable begun);
}
