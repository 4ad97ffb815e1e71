package io.stoa.examples.service;

import io.stoa.client.AgentView;
import io.stoa.client.ClusterView;
import io.stoa.client.Decision;
import io.stoa.client.Proposal;
import io.stoa.client.Scheduler;
import io.stoa.examples.Settled;
import io.stoa.examples.States;
import io.stoa.examples.service.Plan.Reason;
import io.stoa.examples.service.Plan.Start;
import io.stoa.examples.service.Plan.Stop;
import io.stoa.proto.v1.CommitMode;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Operation;
import java.io.PrintWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * Keeps services running.
 *
 * <p>Each call of {@link #propose} begins with nothing but the view and what was measured, and makes one plan of them.
 * What an instance has to know that takes over is in the view too: a try that has ended stays there, unacknowledged,
 * until the next try of its instance is claimed. One on an agent that drains does not, for operators wait for it: how
 * often the instance failed, and which try is next, is forgotten with it, as when a host fails.
 */
final class ServiceScheduler implements Scheduler {

    private final List<Service> services;
    private final Settings settings;
    private final Outside outside;
    private final PrintWriter out;
    /** Ids of tasks that were told to end and are alive still. */
    private final Set<String> leaving = new HashSet<>();

    private final Settled settled;
    private String schedulerId = "";

    /**
     * @param zoneAttribute of agents, over whose values services are spread
     * @param hotLimit the part of an agent's cpus or memory from which on it is too busy
     */
    record Settings(String role, String zoneAttribute, double hotLimit, RestartDelay delay) {}

    /** What there is beside the view. */
    interface Outside {

        /** Which agents there are to be measured. */
        void follow(UsageMeter.Followed followed);

        /** Empty where it was not measured. */
        Optional<Usage> usage(String agentId);

        /** What was measured is not so any more. */
        void forget(String agentId);

        /** Nobody has to know of this end any more. */
        void acknowledge(TaskStatus status);

        /** In ms since the epoch. */
        long nowMs();
    }

    /** @param out what happens, in lines */
    ServiceScheduler(List<Service> services, Settings settings, Outside outside, PrintWriter out) {
        this.services = List.copyOf(services);
        this.settings = settings;
        this.outside = outside;
        this.out = out;
        settled = new Settled(outside::acknowledge);
    }

    @Override
    public void subscribed(Identity identity) {
        schedulerId = identity.getSchedulerId();
        out.println("subscribed " + schedulerId);
    }

    // region propose
    @Override
    public Optional<Proposal> propose(ClusterView view) {
        List<Instance> tries = view.tasksOf(schedulerId).stream()
                .flatMap(task -> Instance.of(task).stream())
                .toList();
        Fleet fleet = Fleet.of(services, tries, draining(view), settings.delay(), outside.nowMs());
        settled.see(fleet.settled());
        leaving.retainAll(tries.stream()
                .filter(Instance::isAlive)
                .map(one -> one.id().toString())
                .toList());
        Plan plan = Planner.plan(services, fleet, leaving, pool(view), outside.nowMs());
        return proposal(view, plan);
    }

    private Optional<Proposal> proposal(ClusterView view, Plan plan) {
        // What else happens on an agent does not matter as long as a claim fits: no SEQUENCE_NUMBER.
        Proposal.Builder proposal = Proposal.on(view).mode(CommitMode.INCREMENTAL);
        for (Stop stop : plan.stops()) {
            String id = stop.instance().id().toString();
            out.println("stop " + id + " " + stop.reason());
            proposal.kill(id);
            leaving.add(id);
            if (stop.reason() == Reason.RELIEF) {
                outside.forget(stop.instance().agentId());
            }
        }
        for (Start start : plan.starts()) {
            TaskInfo task = task(start);
            if (!proposal.isFull(task.getSerializedSize())) {
                proposal.claim(start.agentId(), task);
            }
        }
        return proposal.size() == 0 ? Optional.empty() : Optional.of(proposal.build());
    }
    // endregion

    private TaskInfo task(Start start) {
        Missing missing = start.missing();
        return missing.service()
                .program()
                .task(
                        missing.id(),
                        start.agentId(),
                        start.resources(),
                        Instance.labels(missing.failures(), outside.nowMs()));
    }

    private static Set<String> draining(ClusterView view) {
        return view.agents().stream()
                .filter(States::isDraining)
                .map(AgentView::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Pool pool(ClusterView view) {
        List<AgentView> agents = view.agents().stream()
                .filter(agent -> agent.isReachable() && agent.isActive())
                .toList();
        Map<String, URI> addresses = new HashMap<>();
        agents.forEach(agent -> addresses.put(
                agent.id(),
                UsageMeter.statistics(agent.message().getIp(), agent.message().getPort())));
        outside.follow(new UsageMeter.Followed(schedulerId, addresses));
        return new Pool(
                settings.role(),
                settings.hotLimit(),
                agents.stream().map(this::site).toList());
    }

    private Site site(AgentView agent) {
        return new Site(
                agent.id(),
                agent.attribute(settings.zoneAttribute()).orElse(""),
                agent.free(),
                agent.total(),
                outside.usage(agent.id()));
    }

    @Override
    public void decided(Decision decision, ClusterView view) {
        List<Operation> operations = decision.proposal().operations();
        for (int place = 0; place < operations.size(); place++) {
            if (!decision.isDone(place)) {
                leaving.remove(operations.get(place).getKill().getTaskId());
            }
        }
        decision.conflicts().forEach(conflict -> out.println("conflict " + conflict.getMessage()));
    }

    @Override
    public boolean updated(TaskStatus status) {
        out.println(status.getTaskId().getValue() + " " + status.getState());
        return !States.isEnd(status.getState()) || settled.contains(status);
    }
}
