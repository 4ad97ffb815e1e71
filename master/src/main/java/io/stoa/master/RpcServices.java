package io.stoa.master;

import io.grpc.BindableService;
import io.stoa.http.RequestLimit;
import io.stoa.rpc.RpcHealth;
import io.stoa.rpc.RpcReflection;
import io.stoa.rpc.cluster.ClusterServiceHandler;
import io.stoa.rpc.scheduler.SchedulerServiceHandler;
import io.stoa.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The native RPC of a master: there from its start, open as long as it leads. */
final class RpcServices {

    /** A commit is the largest: 512 KiB of operations. */
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private final ClusterServiceHandler cluster;
    private final SchedulerServiceHandler schedulers;
    private final RpcHealth health = new RpcHealth();

    /** @param loops gives, on the thread that serves a connection, where the rest of its work is done */
    RpcServices(Supplier<Executor> loops, Time time) {
        cluster = new ClusterServiceHandler(loops, time);
        schedulers = new SchedulerServiceHandler(loops);
    }

    List<BindableService> all() {
        List<BindableService> services = new ArrayList<>(RpcReflection.services());
        services.add(cluster);
        services.add(schedulers);
        services.add(health.service());
        return services.stream()
                .map(service -> RequestLimit.on(service, MAX_REQUEST_BYTES))
                .toList();
    }

    /** Adds what has happened to those who call, from the start of the process. */
    void addTo(Map<String, Double> figures) {
        cluster.counts().addTo(figures);
        schedulers.counts().addTo(figures);
    }

    void lead(Term term) {
        cluster.lead(term.cluster());
        schedulers.lead(term.schedulers());
        health.leads(true);
    }

    /** @param leader {@code host:port} of the master that leads; empty where nobody knows */
    void follow(Optional<String> leader) {
        health.leads(false);
        cluster.follow(leader);
        schedulers.follow(leader);
    }
}
