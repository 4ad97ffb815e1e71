package io.stoa.benchmarks;

import io.grpc.stub.StreamObserver;
import io.stoa.proto.v1.Claim;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Operation;
import io.stoa.proto.v1.TaskName;
import io.stoa.state.model.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * Commits of a number of claims each, on agents one after the other, by one or more schedulers. The agents are never
 * full, so that everything has to commit.
 */
final class ClaimLoad implements AutoCloseable {

    static final int CLAIMS_A_COMMIT = 10;

    /** What a task on an agent asks for, by its place there. */
    private static final List<List<Resource>> PORTS = ports();

    private final List<NativeScheduler> schedulers;
    private final List<AgentId> agents;
    private final Consumer<String> failed;
    private final AtomicLong claims = new AtomicLong();
    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong version = new AtomicLong();
    private volatile Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);

    ClaimLoad(List<NativeScheduler> schedulers, List<AgentId> agents, Consumer<String> failed) {
        this.schedulers = schedulers;
        this.agents = agents;
        this.failed = failed;
    }

    /** Claims that are durable, as far as their schedulers were told. */
    long committed() {
        return committed.get();
    }

    /** The first one that was claimed. */
    TaskName someTask() {
        return TaskName.newBuilder()
                .setSchedulerId(schedulers.get(0).identity().getSchedulerId())
                .setTaskId(Workload.taskId(0))
                .build();
    }

    /** The newest version that was answered. */
    long version() {
        return version.get();
    }

    /** From request to answer, since this was last asked for. */
    Histogram latencies() {
        Histogram until = micros;
        micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
        return until;
    }

    /** Keeps so many commits of each scheduler open for a time; returns when all are answered. */
    void closedLoop(int open, long forMs) throws InterruptedException {
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(forMs);
        List<Thread> threads = new ArrayList<>();
        for (NativeScheduler scheduler : schedulers) {
            threads.add(new Thread(() -> closedLoop(scheduler, open, untilNanos), "scheduler"));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void closedLoop(NativeScheduler scheduler, int open, long untilNanos) {
        Semaphore room = new Semaphore(open);
        while (System.nanoTime() < untilNanos) {
            CommitRequest.Builder request = next();
            room.acquireUninterruptibly();
            commit(scheduler, request, System.nanoTime(), room);
        }
        room.acquireUninterruptibly(open);
    }

    /**
     * Asks for so many commits a second of all schedulers together, whatever the answers; a latency counts from when a
     * commit was due. Returns when all are answered.
     */
    void paced(int commitsASecond, long forMs) {
        Semaphore room = new Semaphore(Integer.MAX_VALUE);
        long count = commitsASecond * forMs / 1_000;
        long beginNanos = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long dueNanos = beginNanos + i * 1_000_000_000L / commitsASecond;
            CommitRequest.Builder request = next();
            for (long ahead = dueNanos - System.nanoTime(); ahead > 0; ahead = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(ahead);
            }
            room.acquireUninterruptibly();
            commit(schedulers.get((int) (i % schedulers.size())), request, dueNanos, room);
        }
        room.acquireUninterruptibly(Integer.MAX_VALUE);
    }

    /** Ends its schedulers and with them their tasks, so that the next load finds the agents empty. */
    @Override
    public void close() {
        for (NativeScheduler scheduler : schedulers) {
            scheduler.tearDown();
        }
    }

    private CommitRequest.Builder next() {
        CommitRequest.Builder request = CommitRequest.newBuilder();
        long first = claims.getAndAdd(CLAIMS_A_COMMIT);
        for (long number = first; number < first + CLAIMS_A_COMMIT; number++) {
            AgentId agent = agents.get((int) (number % agents.size()));
            request.addOperations(Operation.newBuilder()
                    .setClaim(Claim.newBuilder().setAgentId(agent.value()).setTask(task(agent, number))));
        }
        return request.setIdempotencyKey("commit-" + first);
    }

    private TaskInfo task(AgentId agent, long number) {
        return Workload.task(agent, number, PORTS.get((int) (number / agents.size() % PORTS.size())));
    }

    private void commit(NativeScheduler scheduler, CommitRequest.Builder request, long fromNanos, Semaphore room) {
        scheduler.commit(request, new StreamObserver<>() {
            @Override
            public void onNext(CommitResponse response) {
                if (response.getOutcome() != CommitResponse.Outcome.COMMITTED) {
                    failed.accept("not committed: " + response);
                }
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - fromNanos));
                committed.addAndGet(CLAIMS_A_COMMIT);
                version.accumulateAndGet(response.getVersion(), Math::max);
                room.release();
            }

            @Override
            public void onError(Throwable error) {
                failed.accept("commit: " + error);
                room.release();
            }

            @Override
            public void onCompleted() {}
        });
    }

    private static List<List<Resource>> ports() {
        List<List<Resource>> resources = new ArrayList<>();
        for (int port = 1; port <= 50_000; port++) {
            resources.add(Workload.demand(port).toProto());
        }
        return resources;
    }
}
