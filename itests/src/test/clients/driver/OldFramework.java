import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Scanner;
import org.apache.mesos.MesosNativeLibrary;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.Value;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;

/**
 * A framework that uses what bindings of every version have. Arguments: MASTER NAME. Runs the task {@code short}, which
 * ends by itself, and {@code long}, which is killed at the line {@code kill}; the line {@code stop} ends it.
 */
public final class OldFramework implements Scheduler {

    private boolean launched;

    public static void main(String[] arguments) {
        MesosNativeLibrary.load();
        FrameworkInfo framework = FrameworkInfo.newBuilder()
                .setUser("")
                .setName(arguments[1])
                .setFailoverTimeout(3600)
                .setCheckpoint(true)
                .build();
        MesosSchedulerDriver driver = new MesosSchedulerDriver(new OldFramework(), framework, arguments[0]);
        Thread commands = new Thread(() -> {
            Scanner scanner = new Scanner(System.in);
            while (scanner.hasNextLine()) {
                String command = scanner.nextLine();
                if (command.equals("kill")) {
                    driver.killTask(id("long"));
                } else if (command.equals("stop")) {
                    driver.stop();
                }
            }
        });
        commands.setDaemon(true);
        commands.start();
        Status status = driver.run();
        say("ended " + status + " " + MesosNativeLibrary.version().major);
    }

    private static synchronized void say(String line) {
        System.out.println("@" + line);
    }

    private static TaskID id(String task) {
        return TaskID.newBuilder().setValue(task).build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .setRole("*")
                .build();
    }

    private static TaskInfo task(String name, SlaveID agent, String command) {
        return TaskInfo.newBuilder()
                .setName(name)
                .setTaskId(id(name))
                .setSlaveId(agent)
                .addResources(scalar("cpus", 0.1))
                .addResources(scalar("mem", 32))
                .setCommand(CommandInfo.newBuilder().setValue(command))
                .build();
    }

    @Override
    public void registered(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
        say("registered " + id.getValue());
    }

    @Override
    public void reregistered(SchedulerDriver driver, MasterInfo master) {
        say("reregistered");
    }

    @Override
    public void resourceOffers(SchedulerDriver driver, List<Offer> offers) {
        for (Offer offer : offers) {
            if (launched) {
                driver.declineOffer(offer.getId());
            } else {
                launched = true;
                Collection<OfferID> ids = Collections.singletonList(offer.getId());
                driver.launchTasks(
                        ids,
                        java.util.Arrays.asList(
                                task("short", offer.getSlaveId(), "true"),
                                task("long", offer.getSlaveId(), "sleep 1000")));
            }
        }
    }

    @Override
    public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
        say("update " + status.getTaskId().getValue() + " " + status.getState());
    }

    @Override
    public void offerRescinded(SchedulerDriver driver, OfferID offerId) {}

    @Override
    public void frameworkMessage(SchedulerDriver driver, ExecutorID executor, SlaveID agent, byte[] data) {}

    @Override
    public void disconnected(SchedulerDriver driver) {
        say("disconnected");
    }

    @Override
    public void slaveLost(SchedulerDriver driver, SlaveID agent) {}

    @Override
    public void executorLost(SchedulerDriver driver, ExecutorID executor, SlaveID agent, int status) {}

    @Override
    public void error(SchedulerDriver driver, String message) {
        say("error " + message);
    }
}
