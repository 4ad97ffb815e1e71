import com.mesosphere.mesos.rx.java.SinkOperation;
import com.mesosphere.mesos.rx.java.SinkOperations;
import com.mesosphere.mesos.rx.java.protobuf.ProtobufMesosClientBuilder;
import com.mesosphere.mesos.rx.java.protobuf.SchedulerCalls;
import com.mesosphere.mesos.rx.java.util.UserAgentEntries;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import rx.Observable;
import rx.subjects.PublishSubject;
import rx.subjects.Subject;

/**
 * A framework on mesos-rxjava, told what to do by its standard input. It keeps its framework id in its working
 * directory.
 *
 * <pre>
 * RxFramework HOST:PORT ZOOKEEPER NAME [TASK=COMMAND]...
 * </pre>
 *
 * Commands: kill TASK_ID AGENT_ID, reconcile [TASK_ID AGENT_ID], teardown.
 */
public final class RxFramework {

    private static final Path KEPT_ID = Path.of("framework-id");
    private static final double FAILOVER_TIMEOUT_S = 600;

    private final Subject<Call, Call> commands = PublishSubject.<Call>create().toSerialized();
    private final List<String> pending;
    private volatile FrameworkID id = FrameworkID.getDefaultInstance();

    private RxFramework(List<String> pending) {
        this.pending = new ArrayList<>(pending);
    }

    public static void main(String[] args) throws Throwable {
        List<String> arguments = List.of(args);
        new RxFramework(arguments.subList(3, args.length)).run(arguments.get(0), arguments.get(2));
    }

    private void run(String master, String name) throws Throwable {
        Thread reader = new Thread(this::readCommands, "commands");
        reader.setDaemon(true);
        reader.start();
        ProtobufMesosClientBuilder.schedulerUsingProtos()
                .mesosUri(URI.create("http://" + master + "/api/v1/scheduler"))
                .applicationUserAgentEntry(UserAgentEntries.literal("stoa-itests", "1"))
                .subscribe(subscribe(name))
                .processStream(events -> events.concatMap(event -> Observable.from(answer(event)))
                        .doOnCompleted(commands::onCompleted)
                        .mergeWith(commands)
                        .map(call -> Optional.of(operation(call))))
                .build()
                .openStream()
                .await();
        tell("ended");
    }

    private Call subscribe(String name) throws IOException {
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
                .setUser(System.getProperty("user.name"))
                .setName(name)
                .setFailoverTimeout(FAILOVER_TIMEOUT_S);
        Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        if (Files.exists(KEPT_ID)) {
            id = FrameworkID.newBuilder().setValue(Files.readString(KEPT_ID)).build();
            info.setId(id);
            call.setFrameworkId(id);
            // They were launched before.
            pending.clear();
        }
        return call.setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info))
                .build();
    }

    private static SinkOperation<Call> operation(Call call) {
        return SinkOperations.create(call, refusal -> tell("error " + refusal.getMessage()));
    }

    private List<Call> answer(Event event) {
        return switch (event.getType()) {
            case SUBSCRIBED -> subscribed(event.getSubscribed().getFrameworkId());
            case OFFERS ->
                event.getOffers().getOffersList().stream().map(this::answer).toList();
            case UPDATE -> updated(event.getUpdate().getStatus());
            case ERROR -> {
                tell("error " + event.getError().getMessage());
                yield List.of();
            }
            default -> List.of();
        };
    }

    private List<Call> subscribed(FrameworkID given) {
        try {
            Files.writeString(KEPT_ID, given.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        id = given;
        tell("subscribed " + given.getValue());
        return List.of();
    }

    private Call answer(Offer offer) {
        List<OfferID> offers = List.of(offer.getId());
        if (pending.isEmpty()) {
            return SchedulerCalls.decline(id, offers);
        }
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        for (String task : pending) {
            int end = task.indexOf('=');
            String name = task.substring(0, end);
            tell("launched " + name + " " + name);
            launch.addTaskInfos(task(name, offer.getAgentId(), task.substring(end + 1)));
        }
        pending.clear();
        return call(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addAllOfferIds(offers)
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(launch)))
                .build();
    }

    private static TaskInfo task(String name, AgentID agent, String command) {
        return TaskInfo.newBuilder()
                .setName(name)
                .setTaskId(TaskID.newBuilder().setValue(name))
                .setAgentId(agent)
                .addResources(scalar("cpus", 0.1))
                .addResources(scalar("mem", 32))
                .setCommand(CommandInfo.newBuilder().setValue(command))
                .build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private List<Call> updated(TaskStatus status) {
        String reason = status.hasReason() ? status.getReason().name() : "NONE";
        tell("update " + status.getTaskId().getValue() + " " + status.getState() + " " + reason);
        return status.hasUuid()
                ? List.of(SchedulerCalls.ackUpdate(id, status.getUuid(), status.getAgentId(), status.getTaskId()))
                : List.of();
    }

    /** Ends with the input, for who starts this keeps it open. */
    private void readCommands() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.onNext(command(line.split(" ")));
            }
        } catch (IOException e) {
            tell("error " + e);
        }
        System.exit(0);
    }

    private Call command(String[] words) {
        return switch (words[0]) {
            case "kill" ->
                call(Call.Type.KILL)
                        .setKill(Call.Kill.newBuilder().setTaskId(taskId(words)).setAgentId(agentId(words)))
                        .build();
            case "reconcile" ->
                call(Call.Type.RECONCILE).setReconcile(reconcile(words)).build();
            case "teardown" -> call(Call.Type.TEARDOWN).build();
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static Call.Reconcile reconcile(String[] words) {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        if (words.length > 1) {
            reconcile.addTasks(
                    Call.Reconcile.Task.newBuilder().setTaskId(taskId(words)).setAgentId(agentId(words)));
        }
        return reconcile.build();
    }

    private static TaskID taskId(String[] words) {
        return TaskID.newBuilder().setValue(words[1]).build();
    }

    private static AgentID agentId(String[] words) {
        return AgentID.newBuilder().setValue(words[2]).build();
    }

    private Call.Builder call(Call.Type type) {
        return Call.newBuilder().setFrameworkId(id).setType(type);
    }

    private static void tell(String words) {
        System.out.println("@" + words);
    }
}
