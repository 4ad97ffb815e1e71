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

/** An executor that says its tasks run, sends messages back, and ends with status 3 at the message {@code exit}. */
public final class EchoExecutor implements Executor {

    public static void main(String[] arguments) {
        Status status = new MesosExecutorDriver(new EchoExecutor()).run();
        System.exit(status == Status.DRIVER_STOPPED ? 0 : 1);
    }

    @Override
    public void registered(ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent) {}

    @Override
    public void reregistered(ExecutorDriver driver, SlaveInfo agent) {}

    @Override
    public void disconnected(ExecutorDriver driver) {}

    @Override
    public void launchTask(ExecutorDriver driver, TaskInfo task) {
        tell(driver, task.getTaskId(), TaskState.TASK_RUNNING);
    }

    @Override
    public void killTask(ExecutorDriver driver, TaskID task) {
        tell(driver, task, TaskState.TASK_KILLED);
    }

    private static void tell(ExecutorDriver driver, TaskID task, TaskState state) {
        driver.sendStatusUpdate(
                TaskStatus.newBuilder().setTaskId(task).setState(state).build());
    }

    @Override
    public void frameworkMessage(ExecutorDriver driver, byte[] data) {
        if (new String(data).equals("exit")) {
            Runtime.getRuntime().halt(3);
        }
        driver.sendFrameworkMessage(data);
    }

    @Override
    public void shutdown(ExecutorDriver driver) {
        driver.stop();
    }

    @Override
    public void error(ExecutorDriver driver, String message) {}
}
