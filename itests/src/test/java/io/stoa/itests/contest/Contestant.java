package io.stoa.itests.contest;

import java.io.IOException;

/** Whoever asks for a prize. Each prize is for one thread after the other. */
interface Contestant extends AutoCloseable {

    /** How it was decided. */
    sealed interface Verdict {}

    /** @param taskId of the task that it is for, which was launched */
    record Won(String taskId) implements Verdict {}

    /** It was told that it did not get it, and why. */
    record Lost() implements Verdict {}

    /** Returns when it can be asked for. */
    void prepare(Prize prize) throws InterruptedException;

    /** Asks for it; returns when it is decided. Fails where the answer is not what it has to be. */
    Verdict ask(Prize prize) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
