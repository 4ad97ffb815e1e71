import com.groupon.mesos.JesosSchedulerDriver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.Value;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;

/**
 * A framework on jesos, told what to do by its standard input. It finds the master in ZooKeeper and keeps its framework
 * id in its working directory.
 *
 * <pre>
 * JesosFramework HOST:PORT ZOOKEEPER NAME [TASK=COMMAND]...
 * </pre>
 *
 * Commands: launch TASK=COMMAND, executor TASK=COMMAND (of its executor), message AGENT_ID TEXT (to that executor),
 * kill TASK_ID AGENT_ID, reconcile [TASK_ID AGENT_ID], teardown.
 */
public final class JesosFramework implements Scheduler {

    private static final Path KEPT_ID = Path.of("framework-id");
    private static final double FAILOVER_TIMEOUT_S = 600;

    private static final ExecutorID EXECUTOR =
            ExecutorID.newBuilder().setValue("own").build();

    private final List<String> pending;
    /** The tasks whose command is that of their executor. */
    private final Set<String> ofExecutor = ConcurrentHashMap.newKeySet();

    private final Map<String, String> launched = new HashMap<>();

    private JesosFramework(List<String> pending) {
        this.pending = new ArrayList<>(pending);
    }

    public static void main(String[] args) throws IOException {
        List<String> arguments = List.of(args);
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
                .setUser(System.getProperty("user.name"))
                .setName(arguments.get(2))
                // Where it listens, too.
                .setHostname("127.0.0.1")
                .setFailoverTimeout(FAILOVER_TIMEOUT_S);
        List<String> tasks = arguments.subList(3, args.length);
        if (Files.exists(KEPT_ID)) {
            info.setId(FrameworkID.newBuilder().setValue(keptId()));
            // They were launched before.
            tasks = List.of();
        }
        JesosFramework framework = new JesosFramework(tasks);
        SchedulerDriver driver =
                new JesosSchedulerDriver(framework, info.build(), "zk://" + arguments.get(1) + "/mesos");
        driver.start();
        framework.readCommands(driver);
        System.exit(0);
    }

    private static String keptId() {
        try {
            return Files.readString(KEPT_ID);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void registered(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
        try {
            Files.writeString(KEPT_ID, id.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tell("subscribed " + id.getValue());
    }

    @Override
    public void reregistered(SchedulerDriver driver, MasterInfo master) {
        tell("subscribed " + keptId());
    }

    @Override
    public void disconnected(SchedulerDriver driver) {
        tell("disconnected");
    }

    @Override
    public void resourceOffers(SchedulerDriver driver, List<Offer> offers) {
        for (Offer offer : offers) {
            List<TaskInfo> tasks = new ArrayList<>();
            synchronized (pending) {
                for (String task : pending) {
                    int end = task.indexOf('=');
                    tasks.add(task(task.substring(0, end), offer.getSlaveId(), task.substring(end + 1)));
                    launched.put(task.substring(0, end), task);
                }
                pending.clear();
            }
            if (tasks.isEmpty()) {
                driver.declineOffer(offer.getId());
            } else {
                tasks.forEach(task -> tell("launched " + task.getName() + " " + task.getName()));
                driver.launchTasks(List.of(offer.getId()), tasks);
            }
        }
    }

    private TaskInfo task(String name, SlaveID agent, String command) {
        TaskInfo.Builder task = TaskInfo.newBuilder()
                .setName(name)
                .setTaskId(TaskID.newBuilder().setValue(name))
                .setSlaveId(agent)
                .addResources(scalar("cpus", 0.1))
                .addResources(scalar("mem", 32));
        CommandInfo.Builder info = CommandInfo.newBuilder().setValue(command);
        return ofExecutor.contains(name)
                ? task.setExecutor(ExecutorInfo.newBuilder()
                                .setExecutorId(EXECUTOR)
                                .setCommand(info)
                                .addResources(scalar("cpus", 0.1))
                                .addResources(scalar("mem", 128)))
                        .build()
                : task.setCommand(info).build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    @Override
    public void offerRescinded(SchedulerDriver driver, OfferID id) {
        tell("rescinded " + id.getValue());
    }

    /**
     * jesos registers every second until it is answered, and a master that answers twice takes its offers back: what
     * was launched on these is launched anew.
     */
    @Override
    public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
        if (status.getState() == TaskState.TASK_LOST && status.getReason() == TaskStatus.Reason.REASON_INVALID_OFFERS) {
            synchronized (pending) {
                pending.add(launched.get(status.getTaskId().getValue()));
            }
            return;
        }
        String reason = status.hasReason() ? status.getReason().name() : "NONE";
        tell("update " + status.getTaskId().getValue() + " " + status.getState() + " " + reason);
    }

    @Override
    public void frameworkMessage(SchedulerDriver driver, ExecutorID executor, SlaveID agent, byte[] data) {
        tell("message " + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void slaveLost(SchedulerDriver driver, SlaveID agent) {
        tell("lost " + agent.getValue());
    }

    @Override
    public void executorLost(SchedulerDriver driver, ExecutorID executor, SlaveID agent, int status) {
        tell("exited " + executor.getValue());
    }

    @Override
    public void error(SchedulerDriver driver, String message) {
        tell("error " + message);
    }

    /** Ends with the input, for who starts this keeps it open. */
    private void readCommands(SchedulerDriver driver) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "launch" -> launch(driver, words[1]);
                case "executor" -> {
                    ofExecutor.add(words[1].substring(0, words[1].indexOf('=')));
                    launch(driver, words[1]);
                }
                case "message" -> message(driver, words[1].split(" ", 2));
                case "kill" -> driver.killTask(taskId(words[1].split(" ")[0]));
                case "reconcile" -> driver.reconcileTasks(words.length == 1 ? List.of() : List.of(status(words[1])));
                case "teardown" -> driver.stop(false);
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    private void launch(SchedulerDriver driver, String task) {
        synchronized (pending) {
            pending.add(task);
        }
        driver.reviveOffers();
    }

    private static void message(SchedulerDriver driver, String[] agentAndText) {
        driver.sendFrameworkMessage(
                EXECUTOR,
                SlaveID.newBuilder().setValue(agentAndText[0]).build(),
                agentAndText[1].getBytes(StandardCharsets.UTF_8));
    }

    private static TaskStatus status(String taskAndAgent) {
        String[] words = taskAndAgent.split(" ");
        return TaskStatus.newBuilder()
                .setTaskId(taskId(words[0]))
                .setSlaveId(SlaveID.newBuilder().setValue(words[1]))
                // Required, and looked at by nobody.
                .setState(TaskState.TASK_RUNNING)
                .build();
    }

    private static TaskID taskId(String value) {
        return TaskID.newBuilder().setValue(value).build();
    }

    private static void tell(String words) {
        System.out.println("@" + words);
    }
}
