package io.stoa.cli.run;

import io.stoa.cli.Amounts;
import io.stoa.proto.mesos.TaskStates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * Decides what a framework that runs one request says to each event. Safe for use by many threads: the one that reads
 * events, and the one that a Ctrl-C starts.
 */
public final class TaskRun {

    private static final Pattern EXIT_STATUS = Pattern.compile("exited with status (\\d+)");

    /** Offers that are not needed go back for longer than any run waits for its first. */
    private static final double REFUSE_SECONDS = 3600;

    private record Launched(AgentID agentId, TaskState state, String message) {}

    private final RunRequest request;
    private final Map<String, Launched> tasks = new LinkedHashMap<>();
    private FrameworkID frameworkId = FrameworkID.getDefaultInstance();
    private int next;
    private int wanted;
    private boolean killing;

    public TaskRun(RunRequest request) {
        this.request = request;
        wanted = request.count();
    }

    /** @return what to say, in this order */
    public synchronized List<Call> handle(Event event) {
        return switch (event.getType()) {
            case SUBSCRIBED -> {
                frameworkId = event.getSubscribed().getFrameworkId();
                yield catchUp();
            }
            case OFFERS ->
                event.getOffers().getOffersList().stream().map(this::answer).toList();
            case UPDATE -> update(event.getUpdate().getStatus());
            default -> List.of();
        };
    }

    /** Nothing more is launched, and what runs is to end. */
    public synchronized List<Call> kill() {
        wanted = next;
        killing = true;
        return active().map(task -> call(Call.Type.KILL)
                        .setKill(Call.Kill.newBuilder()
                                .setTaskId(taskId(task.getKey()))
                                .setAgentId(task.getValue().agentId()))
                        .build())
                .toList();
    }

    /** A subscription may begin after another one broke off: launches, kills and updates may have been lost with it. */
    private List<Call> catchUp() {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        active().forEach(task -> reconcile.addTasks(Call.Reconcile.Task.newBuilder()
                .setTaskId(taskId(task.getKey()))
                .setAgentId(task.getValue().agentId())));
        if (reconcile.getTasksCount() == 0) {
            // Without tasks it would ask for all, of which there are none.
            return List.of();
        }
        List<Call> calls = new ArrayList<>();
        calls.add(call(Call.Type.RECONCILE).setReconcile(reconcile).build());
        if (killing) {
            calls.addAll(kill());
        }
        return calls;
    }

    private Stream<Map.Entry<String, Launched>> active() {
        return tasks.entrySet().stream()
                .filter(task -> !TaskStates.isTerminal(task.getValue().state()));
    }

    /** The last word of the framework. */
    public synchronized Call tearDown() {
        return call(Call.Type.TEARDOWN).build();
    }

    /** True where nothing runs and nothing will. */
    public synchronized boolean isDone() {
        return next == wanted && tasks.values().stream().allMatch(task -> TaskStates.isTerminal(task.state()));
    }

    /**
     * The worst of the tasks': 0 where all have finished, otherwise the highest exit status; a task that has ended
     * badly without one counts as 1.
     */
    public synchronized int exitStatus() {
        int unlaunched = tasks.size() < request.count() ? 1 : 0;
        return tasks.values().stream()
                .filter(task -> task.state() != TaskState.TASK_FINISHED)
                .mapToInt(task -> exitStatus(task.message()).orElse(1))
                .reduce(unlaunched, Math::max);
    }

    private Call answer(Offer offer) {
        Call.Accept.Builder accept = Call.Accept.newBuilder();
        accept.addOfferIds(offer.getId());
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        double cpus = unreserved(offer, "cpus");
        double memMb = unreserved(offer, "mem");
        while (next < wanted && cpus >= request.cpus() && memMb >= request.memMb()) {
            launch.addTaskInfos(request.task(next, offer.getAgentId()));
            tasks.put(request.taskId(next), new Launched(offer.getAgentId(), TaskState.TASK_STAGING, ""));
            cpus -= request.cpus();
            memMb -= request.memMb();
            next++;
        }
        if (launch.getTaskInfosCount() == 0) {
            return decline(offer.getId());
        }
        return call(Call.Type.ACCEPT)
                .setAccept(accept.addOperations(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.LAUNCH)
                        .setLaunch(launch)))
                .build();
    }

    /**
     * Why these offers were of no use, for people; empty as soon as something was launched: the rest waits for room.
     *
     * @param offers that {@link #handle} was given last
     */
    public synchronized Optional<String> shortage(Event.Offers offers) {
        if (next > 0 || wanted == 0) {
            return Optional.empty();
        }
        return Optional.of("no offer is large enough yet: a task needs cpus:" + Amounts.of(request.cpus()) + " and mem:"
                + Amounts.of(request.memMb()) + ", the most on offer is cpus:" + Amounts.of(most(offers, "cpus"))
                + " and mem:" + Amounts.of(most(offers, "mem")));
    }

    private static double most(Event.Offers offers, String name) {
        return offers.getOffersList().stream()
                .mapToDouble(offer -> unreserved(offer, name))
                .max()
                .orElse(0);
    }

    private Call decline(OfferID offer) {
        Call.Decline.Builder decline = Call.Decline.newBuilder().addOfferIds(offer);
        if (next == wanted) {
            decline.setFilters(Filters.newBuilder().setRefuseSeconds(REFUSE_SECONDS));
        }
        return call(Call.Type.DECLINE).setDecline(decline).build();
    }

    private List<Call> update(TaskStatus status) {
        String id = status.getTaskId().getValue();
        tasks.computeIfPresent(id, (key, task) -> new Launched(task.agentId(), status.getState(), status.getMessage()));
        if (!status.hasUuid()) {
            return List.of();
        }
        return List.of(call(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid()))
                .build());
    }

    private Call.Builder call(Call.Type type) {
        return Call.newBuilder().setType(type).setFrameworkId(frameworkId);
    }

    private static TaskID taskId(String id) {
        return TaskID.newBuilder().setValue(id).build();
    }

    private static double unreserved(Offer offer, String name) {
        return offer.getResourcesList().stream()
                .filter(resource -> resource.getName().equals(name) && resource.getReservationsCount() == 0)
                .mapToDouble(resource -> resource.getScalar().getValue())
                .sum();
    }

    private static Optional<Integer> exitStatus(String message) {
        Matcher matcher = EXIT_STATUS.matcher(message);
        return matcher.find() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
    }
}
