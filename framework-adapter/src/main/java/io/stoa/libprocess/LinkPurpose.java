package io.stoa.libprocess;

/** What a link is for: each has connections of its own, so that many of one kind keep out none of the other. */
public enum LinkPurpose {
    /** Of a framework that is subscribed. */
    FRAMEWORK,
    /** Of somebody who is being authenticated. */
    AUTHENTICATION
}
