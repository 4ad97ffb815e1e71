package io.stoa.state.transaction;

/** What counts as a conflict between a claim and what others did since the version the claim was made against. */
public enum ConflictPolicy {
    /** Any change of the agent's resources or claims since that version. */
    SEQUENCE_NUMBER,
    /** Only that the resources do not fit any more. */
    RESOURCE_FIT
}
