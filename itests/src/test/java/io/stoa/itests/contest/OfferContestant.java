package io.stoa.itests.contest;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** A framework that has it on offer, as others have at the same time, and accepts. */
final class OfferContestant implements Contestant {

    private final SchedulerClient client;
    private List<Offer> held = List.of();
    private int seen;

    /** @param info with what asks for optimistic offers */
    OfferContestant(String master, FrameworkInfo info) throws IOException, InterruptedException {
        client = SchedulerClient.subscribe(master, info);
    }

    @Override
    public void prepare(Prize prize) throws InterruptedException {
        // With something to run on.
        client.awaitOpenOffer(
                any -> milli("mem", prize.agent()) == prize.memMb() * 1000 && milli("cpus", prize.agent()) >= 100);
        held = offersOf(prize.agent());
    }

    private long milli(String name, AgentID agent) {
        return offersOf(agent).stream()
                .mapToLong(offer -> Resources.of(offer.getResourcesList()).scalarMilli(name))
                .sum();
    }

    /** All of them: what is left behind by others comes in pieces. */
    private List<Offer> offersOf(AgentID agent) {
        return client.openOffers().stream()
                .filter(offer -> offer.getAgentId().equals(agent))
                .toList();
    }

    @Override
    public Verdict ask(Prize prize) throws IOException, InterruptedException {
        TaskInfo task = prize.taskOf(client.id().getValue());
        seen = client.events().size();
        client.call(accept(held, launch(task)));
        while (true) {
            List<Event> news = client.eventsBehind(seen);
            assertThat(news).as("the subscription has ended").isNotEmpty();
            seen += news.size();
            for (Event event : news) {
                TaskStatus status = event.getUpdate().getStatus();
                if (status.getTaskId().equals(task.getTaskId())) {
                    return verdict(status);
                }
            }
        }
    }

    private static Verdict verdict(TaskStatus status) {
        if (status.getState() == TaskState.TASK_RUNNING) {
            return new Won(status.getTaskId().getValue());
        }
        assertThat(status.getState()).isIn(TaskState.TASK_LOST, TaskState.TASK_DROPPED);
        assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);
        assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
        return new Lost();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
