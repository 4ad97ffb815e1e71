package io.stoa.state.model;

import com.google.protobuf.UnknownFieldSet;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What is kept of an update. Frameworks get it as it came; what executors of theirs say at any length must neither be
 * too much for the journal, which would hold up its agent for ever, nor fill the memory of the masters.
 */
public final class StoredStatus {

    /** Of an update that is kept whole but for its {@code data}. */
    public static final int MAX_BYTES = 64 << 10;

    /** Of the message of a larger one. */
    static final int MAX_MESSAGE_CHARACTERS = 4 << 10;

    private StoredStatus() {}

    /**
     * Without {@code data}; of one that is larger than {@link #MAX_BYTES} then, the message is cut, and labels, what
     * its container and its check say, and fields that nobody here knows are left out.
     */
    public static TaskStatus of(TaskStatus status) {
        TaskStatus stored = status.hasData() ? status.toBuilder().clearData().build() : status;
        if (stored.getSerializedSize() <= MAX_BYTES) {
            return stored;
        }
        TaskStatus.Builder cut = stored.toBuilder()
                .clearLabels()
                .clearContainerStatus()
                .clearCheckStatus()
                .setUnknownFields(UnknownFieldSet.getDefaultInstance());
        if (stored.getMessage().length() > MAX_MESSAGE_CHARACTERS) {
            cut.setMessage(stored.getMessage().substring(0, MAX_MESSAGE_CHARACTERS) + "…");
        }
        return cut.build();
    }
}
