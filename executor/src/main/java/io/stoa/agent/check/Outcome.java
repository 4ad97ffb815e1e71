package io.stoa.agent.check;

import org.apache.mesos.v1.Protos.CheckStatusInfo;

/** What one attempt has led to. */
sealed interface Outcome {

    /** There was an answer, good or bad. */
    record Answer(CheckStatusInfo status) implements Outcome {}

    /** There was none. */
    record Failure(String why) implements Outcome {}

    /** It could not be tried, for reasons that say nothing of the task. */
    record NoNews(String why) implements Outcome {}
}
