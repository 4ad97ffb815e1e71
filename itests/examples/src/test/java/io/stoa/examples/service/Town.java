package io.stoa.examples.service;

import io.stoa.client.resources.Resources;
import io.stoa.examples.Program;
import io.stoa.examples.WorkId;
import io.stoa.examples.service.Plan.Start;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;

/** Hosts with what runs on them, for plans to be made, and carried out as if nothing could go wrong. */
final class Town {

    static final String ANY_ROLE = "*";
    static final double HOT = 0.8;
    static final long NOW_MS = 1_000_000;

    private record Host(String zone, double cpus) {}

    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<String, Usage> usages = new HashMap<>();
    private final List<Service> services = new ArrayList<>();
    private final Map<WorkId, Instance> instances = new LinkedHashMap<>();
    private final Set<String> leaving = new HashSet<>();

    Town withHost(String id, String zone, double cpus) {
        hosts.put(id, new Host(zone, cpus));
        return this;
    }

    Town without(String host) {
        hosts.remove(host);
        instances.values().removeIf(instance -> instance.agentId().equals(host));
        return this;
    }

    /** @param cpus that each instance wants */
    Town withService(String name, int count, int priority, double cpus) {
        services.removeIf(service -> service.name().equals(name));
        services.add(new Service(name, new Program(Optional.of("true"), Optional.empty(), cpus, 1), count, priority));
        return this;
    }

    Town withoutService(String name) {
        services.removeIf(service -> service.name().equals(name));
        return this;
    }

    Town withInstance(String id, String host, double cpus, TaskState state) {
        Instance instance =
                new Instance(WorkId.parse(id).orElseThrow(), host, state, resources(cpus, 1), 0, 0, Optional.empty());
        instances.put(instance.id(), instance);
        return this;
    }

    /** @param cpusByTask what each is measured to use there; nothing else runs there */
    Town withUsage(String host, Map<String, Double> cpusByTask) {
        double cpus =
                cpusByTask.values().stream().mapToDouble(Double::doubleValue).sum();
        usages.put(host, new Usage(cpus, 0, cpusByTask));
        return this;
    }

    /** Every host is measured, and nothing is used. */
    Town idle() {
        hosts.keySet().forEach(host -> withUsage(host, Map.of()));
        return this;
    }

    Plan plan() {
        List<Site> sites = new ArrayList<>();
        hosts.forEach((id, host) -> {
            Resources total = resources(host.cpus(), 1_000);
            Resources free = total;
            for (Instance instance : instances.values()) {
                if (instance.agentId().equals(id) && instance.isAlive()) {
                    free = free.minus(instance.held());
                }
            }
            sites.add(new Site(id, host.zone(), free, total, Optional.ofNullable(usages.get(id))));
        });
        Fleet fleet = Fleet.of(services, instances.values(), Set.of(), new RestartDelay(1_000, 60_000), NOW_MS);
        return Planner.plan(services, fleet, leaving, new Pool(ANY_ROLE, HOT, sites), NOW_MS);
    }

    /** Who is started runs; who is stopped is about to end, as the next {@link #end} shows. */
    Plan carryOut() {
        Plan plan = plan();
        for (Start start : plan.starts()) {
            instances.put(
                    start.missing().id(),
                    new Instance(
                            start.missing().id(),
                            start.agentId(),
                            TaskState.TASK_RUNNING,
                            start.resources(),
                            start.missing().failures(),
                            NOW_MS,
                            Optional.empty()));
        }
        plan.stops().forEach(stop -> leaving.add(stop.instance().id().toString()));
        return plan;
    }

    /** Those that were told to end have ended. */
    Town end() {
        instances.replaceAll((id, one) -> leaving.contains(id.toString()) ? ended(one) : one);
        leaving.clear();
        return this;
    }

    private static Instance ended(Instance one) {
        TaskStatus status = TaskStatus.newBuilder()
                .setTaskId(org.apache.mesos.v1.Protos.TaskID.newBuilder()
                        .setValue(one.id().toString()))
                .setState(TaskState.TASK_KILLED)
                .setTimestamp(NOW_MS / 1_000.0)
                .build();
        return new Instance(
                one.id(),
                one.agentId(),
                TaskState.TASK_KILLED,
                one.held(),
                one.failures(),
                one.claimedAtMs(),
                Optional.of(status));
    }

    /** Until there is nothing to do. */
    Town settle() {
        int rounds = 0;
        Plan plan = carryOut();
        while (!plan.starts().isEmpty() || !plan.stops().isEmpty()) {
            if (++rounds > 100) {
                throw new AssertionError("the plan never ends: " + plan);
            }
            end();
            plan = carryOut();
        }
        return this;
    }

    /** How many of a service run on a host. */
    long count(String service, String host) {
        return instances.values().stream()
                .filter(instance -> instance.isAlive() && instance.agentId().equals(host))
                .filter(instance -> instance.id().name().equals(service))
                .count();
    }

    static Resources resources(double cpus, double memMb) {
        return Resources.of(List.of(scalar("cpus", cpus), scalar("mem", memMb)));
    }

    private static Resource scalar(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .build();
    }
}
