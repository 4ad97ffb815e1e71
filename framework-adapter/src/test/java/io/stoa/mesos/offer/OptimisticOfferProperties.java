package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;

/** Frameworks of both kinds at once: whatever they do, no agent has to hold more than it has. */
class OptimisticOfferProperties {

    private static final List<String> WANTED = List.of("cpus:1;mem:128", "cpus:3;mem:64", "cpus:4;mem:1024", "mem:512");

    private final Cluster cluster = new Cluster();
    private final List<TestFramework> frameworks = new ArrayList<>();
    private final Map<FrameworkId, OfferMode> modes = new HashMap<>();
    private final Deque<Accept> open = new ArrayDeque<>();
    private final Deque<TaskKey> tasks = new ArrayDeque<>();
    private int next;

    /** An ACCEPT that is under way. */
    private record Accept(TestFramework framework, TakenOffers taken, String wanted) {}

    OptimisticOfferProperties() {
        for (OfferMode mode :
                List.of(OfferMode.OPTIMISTIC, OfferMode.EXCLUSIVE, OfferMode.OPTIMISTIC, OfferMode.EXCLUSIVE)) {
            String name = "f" + frameworks.size();
            TestFramework framework = cluster.framework(name, "r" + frameworks.size() % 2);
            if (mode == OfferMode.OPTIMISTIC) {
                framework.that(info -> info.setLabels(Labels.newBuilder()
                        .addLabels(Label.newBuilder().setKey(OfferMode.LABEL).setValue("optimistic"))));
            }
            frameworks.add(framework.subscribed());
            modes.put(framework.id(), mode);
        }
        cluster.agent("a", "cpus:4;mem:1024");
        cluster.agent("b", "cpus:2;mem:512");
    }

    @Property(tries = 400)
    void nothingIsCommittedOrKeptTwice(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 6 * 4 * 4 - 1) Integer> actions) {
        for (int action : actions) {
            act(action % 6, frameworks.get(action / 6 % 4), WANTED.get(action / 24));
            cluster.state().snapshot().agents().forEach(this::check);
        }
    }

    private void act(int action, TestFramework framework, String wanted) {
        switch (action) {
            case 0 -> framework.declinesAll(wanted.startsWith("cpus:1") ? 0 : 3);
            case 1 -> framework.revives();
            case 2, 3 -> begin(framework, wanted);
            case 4 -> finish();
            default -> {
                if (!tasks.isEmpty() && wanted.startsWith("cpus:3")) {
                    cluster.finish(tasks.poll());
                }
                cluster.passOneCycle();
            }
        }
    }

    private void begin(TestFramework framework, String wanted) {
        if (!framework.offers().isEmpty()) {
            Offer offer = framework.offers().get(0);
            if (framework.takes(offer) instanceof OfferTake.Taken taken) {
                open.add(new Accept(framework, taken.offers(), wanted));
            }
        }
    }

    /** The state decides, as it does for AcceptHandler. */
    private void finish() {
        Accept accept = open.poll();
        if (accept == null) {
            return;
        }
        Resources wanted = Resources.parse(accept.wanted);
        Resources claimed = Resources.EMPTY;
        if (accept.taken.total().contains(wanted)) {
            TaskKey key = new TaskKey(accept.framework.id(), "t" + next++);
            CommitResult result = cluster.commit(new StateMutation.Claim(
                    accept.framework.id(),
                    accept.taken.agentId(),
                    accept.taken.role(),
                    Cluster.task(key, accept.taken.agentId(), accept.wanted)));
            if (result instanceof CommitResult.Committed) {
                claimed = wanted;
                tasks.add(key);
            }
        }
        cluster.allocator().settle(accept.taken, claimed, TestFramework.refusing(2));
    }

    private void check(Agent agent) {
        AgentId id = agent.id();
        Resources left = agent.total();
        for (Task task : cluster.state().snapshot().tasksOn(id)) {
            if (!task.isTerminal()) {
                assertThat(left.contains(task.resources()))
                        .as("committed on %s", id)
                        .isTrue();
                left = left.minus(task.resources());
            }
        }
        Map<FrameworkId, Resources> shown = new HashMap<>();
        for (Offer offer : cluster.openOffers()) {
            FrameworkId owner = new FrameworkId(offer.getFrameworkId().getValue());
            if (TestFramework.agentOf(offer).equals(id)) {
                Resources held = TestFramework.held(offer);
                if (modes.get(owner) == OfferMode.EXCLUSIVE) {
                    assertThat(left.contains(held)).as("kept by %s", owner).isTrue();
                    left = left.minus(held);
                } else {
                    shown.merge(owner, held, Resources::plus);
                }
            }
        }
        Resources free = left;
        shown.forEach((owner, held) ->
                assertThat(free.contains(held)).as("shown to %s", owner).isTrue());
    }
}
