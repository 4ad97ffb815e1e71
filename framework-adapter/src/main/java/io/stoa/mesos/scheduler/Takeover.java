package io.stoa.mesos.scheduler;

/** What a subscription may do to who was subscribed as the same framework before it, in this term. */
public enum Takeover {
    /** It takes the place of whoever that was, and gets what is new to it. */
    ALLOWED,
    /**
     * It is refused unless that was itself, known by the {@linkplain EventStream#id id of its stream}: a scheduler that
     * was out of reach while another took its place is not to take it back.
     */
    REFUSED
}
