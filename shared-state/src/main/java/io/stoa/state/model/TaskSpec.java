package io.stoa.state.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * What was launched, in the form in which it is journalled and sent to the agent. A TaskInfo is some ninety objects;
 * there are as many of them as tasks, all of which the collector of the JVM has to move, and hardly any is looked at
 * again.
 *
 * @param bytes a TaskInfo, encoded
 * @param name of it, for lists of tasks
 * @param labels of it, for the same
 */
public record TaskSpec(ByteString bytes, String name, Optional<Labels> labels) {

    static TaskSpec of(TaskInfo info) {
        return of(info, info.toByteString());
    }

    /** @param bytes the same, encoded */
    static TaskSpec of(TaskInfo info, ByteString bytes) {
        return new TaskSpec(bytes, info.getName(), info.hasLabels() ? Optional.of(info.getLabels()) : Optional.empty());
    }

    TaskInfo parse() {
        try {
            return TaskInfo.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bytes that were a TaskInfo", e);
        }
    }
}
