package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * A framework that takes everything that it is offered, for a task that ends at once, and refuses for longer than any
 * test lasts what it does not get.
 */
final class Contender implements AutoCloseable {

    private static final double LONG_S = 1000;
    private static final Set<TaskState> LOST = Set.of(TaskState.TASK_LOST, TaskState.TASK_DROPPED);

    private final String name;
    private final SchedulerClient client;
    private final Thread thread;
    private final AtomicInteger won = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asking = new AtomicInteger();
    private volatile boolean resting;

    Contender(String name, SchedulerClient client) {
        this.name = name;
        this.client = client;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            int seen = 0;
            List<Event> next = client.eventsBehind(seen);
            while (!next.isEmpty()) {
                seen += next.size();
                for (Event event : next) {
                    for (Offer offer : event.getOffers().getOffersList()) {
                        take(offer);
                    }
                    if (event.getType() == Event.Type.UPDATE) {
                        count(event.getUpdate().getStatus());
                    }
                }
                next = client.eventsBehind(seen);
            }
        } catch (IOException e) {
            // The cluster is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Offer offer) throws IOException, InterruptedException {
        String id = name + "-" + asked.size();
        synchronized (asking) {
            if (resting) {
                return;
            }
            asked.add(id);
            asking.incrementAndGet();
        }
        TaskInfo task = shellTask(id, offer.getAgentId(), "true", offer.getResourcesList());
        Call.Builder call = accept(offer, launch(task));
        call.getAcceptBuilder().getFiltersBuilder().setRefuseSeconds(LONG_S);
        client.call(call);
    }

    private void count(TaskStatus status) {
        if (LOST.contains(status.getState())) {
            lost.incrementAndGet();
        } else if (status.getState() == TaskState.TASK_FINISHED) {
            won.incrementAndGet();
        } else {
            return;
        }
        asking.decrementAndGet();
    }

    /** Takes nothing any more. */
    void rest() {
        // Who looks behind that sees all that is asked.
        synchronized (asking) {
            resting = true;
        }
    }

    /** How many tasks nothing final was heard of. */
    int open() {
        return asking.get();
    }

    int won() {
        return won.get();
    }

    int lost() {
        return lost.get();
    }

    /** While nothing is open: of each task came the end, or once that it is lost, and why. */
    void assertThatEachWasToldOnce() {
        Map<String, TaskStatus> ends = new HashMap<>();
        for (Event event : client.events()) {
            TaskStatus status = event.getUpdate().getStatus();
            if (event.getType() == Event.Type.UPDATE
                    && !Set.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING).contains(status.getState())) {
                assertThat(ends.put(status.getTaskId().getValue(), status))
                        .as("before %s", status)
                        .isNull();
            }
        }
        assertThat(ends.keySet()).isEqualTo(asked);
        assertThat(ends.values()).allSatisfy(status -> {
            if (LOST.contains(status.getState())) {
                assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);
                assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
            } else {
                assertThat(status.getState()).isEqualTo(TaskState.TASK_FINISHED);
            }
        });
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
