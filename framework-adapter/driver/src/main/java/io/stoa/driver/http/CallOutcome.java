package io.stoa.driver.http;

/** What became of a call: exactly one of the two, once, on the loop, unless the loop has ended. */
public interface CallOutcome {

    /**
     * The server has answered.
     *
     * @param status of HTTP: 202 (or 200) where the call was taken
     * @param text of the answer's body, cut where it is very long
     */
    void answered(int status, String text);

    /**
     * No answer came.
     *
     * @param mayHaveArrived false where certainly no byte of the call has left
     */
    void unanswered(String reason, boolean mayHaveArrived);
}
