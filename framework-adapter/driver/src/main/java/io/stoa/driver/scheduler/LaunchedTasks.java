package io.stoa.driver.scheduler;

import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/** The tasks that operations on offers launch, and what the driver says of those that come to nothing. */
final class LaunchedTasks {

    private static final int LAUNCH = 1;
    private static final int LAUNCH_GROUP = 6;
    private static final int TASK_LOST = 5;
    private static final int TASK_DROPPED = 9;
    private static final int SOURCE_MASTER = 0;
    private static final int REASON_MASTER_DISCONNECTED = 7;

    private LaunchedTasks() {}

    /** An {@code Offer.Operation} that launches them. */
    static byte[] launch(List<byte[]> tasks) {
        WireWriter launch = new WireWriter();
        tasks.forEach(task -> launch.bytes(1, task));
        return new WireWriter().integer(1, LAUNCH).message(2, launch).toByteArray();
    }

    /** @param operations each an {@code Offer.Operation} */
    static List<KnownTask> of(List<byte[]> operations) throws MalformedMessageException {
        List<KnownTask> tasks = new ArrayList<>();
        for (byte[] bytes : operations) {
            WireMessage operation = WireMessage.parse(bytes);
            if (operation.integer(1, 0) == LAUNCH) {
                add(tasks, operation.message(2));
            }
        }
        return tasks;
    }

    /** Also those of groups, of which Mesos' driver says nothing while it is disconnected. */
    static List<KnownTask> withGroups(List<byte[]> operations) throws MalformedMessageException {
        List<KnownTask> tasks = of(operations);
        for (byte[] bytes : operations) {
            WireMessage operation = WireMessage.parse(bytes);
            if (operation.integer(1, 0) == LAUNCH_GROUP) {
                add(tasks, operation.message(7).message(2));
            }
        }
        return tasks;
    }

    private static void add(List<KnownTask> tasks, WireMessage launch) throws MalformedMessageException {
        for (byte[] task : launch.all(1)) {
            tasks.add(KnownTask.ofInfo(task));
        }
    }

    /** A {@code TaskStatus} in the master's name, which nobody acknowledges. */
    static byte[] dropped(KnownTask task, boolean partitionAware, String message) {
        return new WireWriter()
                .bytes(1, task.taskId())
                .integer(2, partitionAware ? TASK_DROPPED : TASK_LOST)
                .text(4, message)
                .decimal(6, System.currentTimeMillis() / 1000.0)
                .integer(9, SOURCE_MASTER)
                .integer(10, REASON_MASTER_DISCONNECTED)
                .toByteArray();
    }
}
