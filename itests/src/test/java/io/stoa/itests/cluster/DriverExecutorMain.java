package io.stoa.itests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.MesosExecutorDriver;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;

/**
 * A custom executor on the driver. A task of it is nothing but a name. It says back what it is told, but for:
 * {@code pids}, behind which it says its own and that of a process that it starts; {@code reregistered}, how often it
 * was; and {@code deaf}, after which it does not end when it is shut down.
 */
final class DriverExecutorMain implements Executor {

    private final Set<TaskID> running = new LinkedHashSet<>();
    private int reregistered;
    private boolean deaf;

    public static void main(String[] arguments) {
        Status end = new MesosExecutorDriver(new DriverExecutorMain()).run();
        System.out.println(end);
        System.exit(end == Status.DRIVER_STOPPED ? 0 : 1);
    }

    @Override
    public void registered(ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent) {
        System.out.println("registered " + executor.getExecutorId().getValue() + " of " + framework.getName());
    }

    @Override
    public void reregistered(ExecutorDriver driver, SlaveInfo agent) {
        reregistered++;
    }

    @Override
    public void disconnected(ExecutorDriver driver) {
        throw new AssertionError("disconnected (expected: libmesos does not call it)");
    }

    @Override
    public void launchTask(ExecutorDriver driver, TaskInfo task) {
        running.add(task.getTaskId());
        update(driver, task.getTaskId(), TaskState.TASK_RUNNING);
    }

    @Override
    public void killTask(ExecutorDriver driver, TaskID task) {
        running.remove(task);
        update(driver, task, TaskState.TASK_KILLED);
    }

    private static void update(ExecutorDriver driver, TaskID task, TaskState state) {
        driver.sendStatusUpdate(
                TaskStatus.newBuilder().setTaskId(task).setState(state).build());
    }

    @Override
    public void frameworkMessage(ExecutorDriver driver, byte[] data) {
        String message = new String(data, StandardCharsets.UTF_8);
        deaf |= message.equals("deaf");
        driver.sendFrameworkMessage(answer(message).getBytes(StandardCharsets.UTF_8));
    }

    private String answer(String message) {
        return switch (message) {
            case "pids" -> "pids " + ProcessHandle.current().pid() + " " + startChild();
            case "reregistered" -> "reregistered " + reregistered;
            default -> message;
        };
    }

    private static long startChild() {
        try {
            return new ProcessBuilder("sleep", "1013").start().pid();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void shutdown(ExecutorDriver driver) {
        if (deaf) {
            block();
        }
        for (TaskID task : List.copyOf(running)) {
            killTask(driver, task);
        }
        driver.stop();
    }

    private static void block() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void error(ExecutorDriver driver, String message) {
        System.out.println("error " + message);
    }
}
