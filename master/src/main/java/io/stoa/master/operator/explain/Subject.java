package io.stoa.master.operator.explain;

import io.stoa.state.model.Framework;
import io.stoa.state.model.Task;

/** What is to be explained, or why that is not clear. */
sealed interface Subject {

    record OfTask(Task task) implements Subject {}

    /** @param removedMs when it was removed, in ms since the epoch; 0 while it is there */
    record OfFramework(Framework framework, long removedMs) implements Subject {}

    /** @param text for people, in one line */
    record Ambiguous(String text) implements Subject {}

    /** @param text for people, in one line; says what comes near */
    record Unknown(String text) implements Subject {}
}
