import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.CommandInfo;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.Resource;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Protos.Value;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;
import org.apache.mesos.scheduler.Protos.OfferConstraints;

/**
 * A framework that does what it is told in lines on its stdin. Arguments: MASTER NAME [ID]. Its credential, where it
 * has one, is PRINCIPAL and SECRET in its environment. It holds the offers that it gets, acknowledges updates itself,
 * and knows which methods and callbacks there were.
 */
public final class DriverFramework {

    private static final Filters SOON = Filters.newBuilder().setRefuseSeconds(0).build();
    private static final Filters LONG =
            Filters.newBuilder().setRefuseSeconds(10_000).build();
    private static final ExecutorID EXECUTOR =
            ExecutorID.newBuilder().setValue("echo").build();

    private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
    private final Map<String, TaskStatus> tasks = new ConcurrentHashMap<>();
    private final Set<String> called = new ConcurrentSkipListSet<>();
    private final Set<String> calledBack = new ConcurrentSkipListSet<>();
    private final FrameworkInfo.Builder framework;
    private final SchedulerDriver driver;
    private volatile String stopOn = "";

    public static void main(String[] arguments) throws Exception {
        new DriverFramework(arguments).obey();
    }

    private DriverFramework(String[] arguments) {
        framework = FrameworkInfo.newBuilder()
                .setUser("")
                .setName(arguments[1])
                .setFailoverTimeout(3600)
                .setCheckpoint(true)
                .addRoles("*")
                .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.REGION_AWARE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE));
        if (arguments.length > 2) {
            framework.setId(FrameworkID.newBuilder().setValue(arguments[2]));
        }
        Scheduler scheduler = (Scheduler) Proxy.newProxyInstance(
                DriverFramework.class.getClassLoader(), new Class<?>[] {Scheduler.class}, (proxy, method, values) -> {
                    calledBack.add(method.getName());
                    back(method.getName(), values);
                    return null;
                });
        SchedulerDriver real = driver(scheduler, arguments[0]);
        driver = (SchedulerDriver) Proxy.newProxyInstance(
                DriverFramework.class.getClassLoader(),
                new Class<?>[] {SchedulerDriver.class},
                (proxy, method, values) -> {
                    called.add(signature(method));
                    try {
                        return method.invoke(real, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private SchedulerDriver driver(Scheduler scheduler, String master) {
        String principal = System.getenv("PRINCIPAL");
        if (principal == null) {
            return new MesosSchedulerDriver(scheduler, framework.build(), master, false);
        }
        Credential credential = Credential.newBuilder()
                .setPrincipal(principal)
                .setSecret(System.getenv("SECRET"))
                .build();
        framework.setPrincipal(principal);
        return new MesosSchedulerDriver(scheduler, framework.build(), master, false, credential);
    }

    private static FrameworkInfo.Capability.Builder capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type);
    }

    private static String signature(Method method) {
        StringBuilder signature = new StringBuilder(method.getName());
        for (Class<?> type : method.getParameterTypes()) {
            signature.append(':').append(type.getSimpleName());
        }
        return signature.toString();
    }

    private static synchronized void say(String line) {
        System.out.println("@" + line);
    }

    private void back(String name, Object[] values) {
        switch (name) {
            case "registered":
                framework.setId((FrameworkID) values[1]);
                say("registered " + framework.getId().getValue());
                break;
            case "resourceOffers":
                for (Object offer : (List<?>) values[1]) {
                    offers.add((Offer) offer);
                    say("offer " + ((Offer) offer).getHostname() + " "
                            + ((Offer) offer).getSlaveId().getValue());
                }
                break;
            case "offerRescinded":
                offers.removeIf(offer -> offer.getId().equals(values[1]));
                say("rescinded " + ((OfferID) values[1]).getValue());
                break;
            case "statusUpdate":
                updated((TaskStatus) values[1]);
                break;
            case "frameworkMessage":
                say("message " + ((ExecutorID) values[1]).getValue() + " " + new String((byte[]) values[3]));
                break;
            case "slaveLost":
                say("slaveLost " + ((SlaveID) values[1]).getValue());
                break;
            case "executorLost":
                say("executorLost " + ((ExecutorID) values[1]).getValue() + " " + values[3]);
                break;
            case "error":
                say("error " + values[1]);
                break;
            case "disconnected":
                offers.clear();
                say("disconnected");
                break;
            default:
                say(name);
        }
        if (name.equals(stopOn)) {
            say("stopped " + driver.stop(true));
        }
    }

    private void updated(TaskStatus status) {
        String task = status.getTaskId().getValue();
        tasks.put(task, status);
        say("update " + task + " " + status.getState()
                + (status.hasReason() ? " " + status.getReason() + " " + status.getSource() : "")
                + (status.hasSlaveId() ? " " + status.getSlaveId().getValue() : ""));
        driver.acknowledgeStatusUpdate(status);
    }

    private void obey() throws Exception {
        Scanner scanner = new Scanner(System.in);
        while (scanner.hasNextLine()) {
            String[] words = scanner.nextLine().split(" ", 3);
            obey(words[0], words.length > 1 ? words[1] : "", words.length > 2 ? words[2] : "");
        }
    }

    private void obey(String command, String first, String rest) throws Exception {
        switch (command) {
            case "start":
                say("started " + driver.start());
                break;
            case "run":
                new Thread(() -> say("ran " + driver.run())).start();
                break;
            case "join":
                new Thread(() -> say("joined " + driver.join())).start();
                break;
            case "stop":
                say("stopped " + (first.isEmpty() ? driver.stop() : driver.stop(Boolean.parseBoolean(first))));
                break;
            case "stop-on":
                stopOn = first;
                break;
            case "abort":
                say("aborted " + driver.abort());
                break;
            case "accept":
                Offer offer = offer();
                driver.acceptOffers(
                        Collections.singletonList(offer.getId()),
                        Collections.singletonList(launch(task(first, offer, command(rest)))),
                        SOON);
                break;
            case "launch":
                launch(Integer.parseInt(first), rest);
                break;
            case "executor":
                Offer taken = offer();
                driver.launchTasks(
                        Collections.singletonList(taken.getId()),
                        Collections.singletonList(custom(first, taken, rest)),
                        SOON);
                break;
            case "decline":
                driver.declineOffer(offer().getId(), SOON);
                driver.declineOffer(offer().getId());
                break;
            case "refuse":
                for (Offer held = offers.poll(); held != null; held = offers.poll()) {
                    driver.declineOffer(held.getId(), LONG);
                }
                say("refused");
                break;
            case "forget":
                offers.clear();
                break;
            case "kill":
                driver.killTask(id(first));
                break;
            case "reconcile":
                driver.reconcileTasks(first.isEmpty() ? Collections.emptyList() : statuses(first, rest));
                break;
            case "message":
                driver.sendFrameworkMessage(EXECUTOR, tasks.get(first).getSlaveId(), rest.getBytes());
                break;
            case "request":
                driver.requestResources(Collections.singletonList(
                        Request.newBuilder().addResources(scalar("cpus", 1)).build()));
                break;
            case "suppress":
                suppress(first);
                break;
            case "revive":
                revive(first);
                break;
            case "update":
                update(first, rest);
                break;
            case "uncalled":
                sayUncalled();
                break;
            default:
                say("unknown " + command);
        }
    }

    private void suppress(String role) {
        say("suppressed " + (role.isEmpty() ? driver.suppressOffers() : driver.suppressOffers(Arrays.asList(role))));
    }

    private void revive(String role) {
        say("revived " + (role.isEmpty() ? driver.reviveOffers() : driver.reviveOffers(Arrays.asList(role))));
    }

    /** Its roles, and those of them that are suppressed, each a list with commas; {@code none}; or another id. */
    @SuppressWarnings("deprecation")
    private void update(String roles, String suppressed) {
        List<String> silent = suppressed.isEmpty() ? Collections.emptyList() : Arrays.asList(suppressed.split(","));
        if (roles.equals("wrong")) {
            FrameworkInfo other = framework
                    .clone()
                    .setId(FrameworkID.newBuilder().setValue("another"))
                    .build();
            driver.updateFramework(other, silent);
            return;
        }
        framework.clearRoles().addAllRoles(Arrays.asList(roles.split(",")));
        driver.updateFramework(framework.build(), silent, OfferConstraints.getDefaultInstance());
    }

    /** One task for each of the four ways. */
    @SuppressWarnings("deprecation")
    private void launch(int way, String name) throws InterruptedException {
        Offer offer = offer();
        List<TaskInfo> launched = Collections.singletonList(task(name, offer, command("sleep 1000")));
        List<OfferID> ids = Collections.singletonList(offer.getId());
        Status status = way == 1
                ? driver.launchTasks(offer.getId(), launched)
                : way == 2
                        ? driver.launchTasks(offer.getId(), launched, SOON)
                        : way == 3 ? driver.launchTasks(ids, launched) : driver.launchTasks(ids, launched, SOON);
        say("launched " + name + " " + status);
    }

    private Offer offer() throws InterruptedException {
        Offer offer = offers.poll(60, TimeUnit.SECONDS);
        if (offer == null) {
            throw new IllegalStateException("no offer came");
        }
        return offer;
    }

    private static List<TaskStatus> statuses(String task, String agent) {
        TaskStatus.Builder status = TaskStatus.newBuilder().setTaskId(id(task)).setState(TaskState.TASK_RUNNING);
        if (!agent.isEmpty()) {
            status.setSlaveId(SlaveID.newBuilder().setValue(agent));
        }
        return Collections.singletonList(status.build());
    }

    private static Offer.Operation launch(TaskInfo task) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task))
                .build();
    }

    private static TaskInfo.Builder task(String name, Offer offer) {
        return TaskInfo.newBuilder()
                .setName(name)
                .setTaskId(id(name))
                .setSlaveId(offer.getSlaveId())
                .addResources(scalar("cpus", 0.1))
                .addResources(scalar("mem", 32));
    }

    private static TaskInfo task(String name, Offer offer, CommandInfo.Builder command) {
        return task(name, offer).setCommand(command).build();
    }

    private static TaskInfo custom(String name, Offer offer, String command) {
        return task(name, offer)
                .setExecutor(ExecutorInfo.newBuilder()
                        .setExecutorId(EXECUTOR)
                        .setCommand(command(command))
                        .addResources(scalar("cpus", 0.1))
                        .addResources(scalar("mem", 128)))
                .build();
    }

    private static CommandInfo.Builder command(String text) {
        return CommandInfo.newBuilder().setValue(text);
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static TaskID id(String task) {
        return TaskID.newBuilder().setValue(task).build();
    }

    private void sayUncalled() {
        Set<String> missing = new TreeSet<>();
        for (Method method : SchedulerDriver.class.getMethods()) {
            if (!called.contains(signature(method))) {
                missing.add(signature(method));
            }
        }
        for (Method method : Scheduler.class.getMethods()) {
            if (!calledBack.contains(method.getName())) {
                missing.add("callback:" + method.getName());
            }
        }
        say("uncalled " + missing);
    }
}
