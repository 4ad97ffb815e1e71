package io.stoa.itests.contest;

import static io.stoa.itests.Fixtures.capability;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.NativeScheduler;
import io.stoa.itests.contest.Contestant.Verdict;
import io.stoa.itests.contest.Contestant.Won;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Label;

/** A cluster and its contestants, for some rounds. */
final class Arena implements AutoCloseable {

    private static final int HOSTS = 3;
    private static final int OF_EACH_KIND = 4;
    private static final long MEM_MB = 1024;
    private static final long STEP_MB = 32;
    /** About what an answer takes, so that neither door is the faster one. */
    private static final int MAX_HEAD_START_MICROS = 1_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Random random;
    private final MemoryMaster master = new MemoryMaster();
    private final List<IdleAgent> hosts = new ArrayList<>();
    private final List<Contestant> rpc = new ArrayList<>();
    private final List<Contestant> offers = new ArrayList<>();
    /** Whoever has the rest of the memory. */
    private final NativeScheduler resident;

    private int round;
    private int launches;
    private int wonByRpc;
    private int wonByOffer;

    Arena(Random random) throws Exception {
        this.random = random;
        for (int i = 0; i < HOSTS; i++) {
            hosts.add(IdleAgent.register(master.port(), i, "cpus:4;disk:0;ports:[];mem:" + MEM_MB));
        }
        resident = NativeScheduler.subscribe(
                master.address(), framework("resident", "resident").build());
        for (int i = 0; i < OF_EACH_KIND; i++) {
            rpc.add(new RpcContestant(master.address(), "rpc-" + i, new Random(random.nextLong())));
            offers.add(new OfferContestant(master.address(), optimist("offers-" + i, i % 2 == 0)));
        }
    }

    private static FrameworkInfo optimist(String name, boolean partitionAware) {
        FrameworkInfo.Builder info = framework(name, name);
        info.getLabelsBuilder()
                .addLabels(Label.newBuilder().setKey("stoa.offers").setValue("optimistic"));
        if (partitionAware) {
            info.addCapabilities(capability(Capability.Type.PARTITION_AWARE));
        }
        return info.build();
    }

    int wonByRpc() {
        return wonByRpc;
    }

    int wonByOffer() {
        return wonByOffer;
    }

    /** A part of the memory of a host is taken, several want the rest, one gets it, and all of it is given back. */
    void play() throws Exception {
        round++;
        IdleAgent host = hosts.get(random.nextInt(HOSTS));
        TreeSet<String> running = new TreeSet<>();
        long takenMb = STEP_MB * random.nextInt((int) (MEM_MB / STEP_MB));
        if (takenMb > 0) {
            running.add("resident-" + round);
            CommitResponse response = resident.commit(NativeScheduler.claim(shellTask(
                    running.first(),
                    host.id(),
                    "true",
                    Resources.parse("cpus:0.1;mem:" + takenMb).toProto())));
            assertThat(response.getOutcome()).isEqualTo(CommitResponse.Outcome.COMMITTED);
        }
        Prize prize = new Prize(
                round, host.id(), MEM_MB - takenMb, master.snapshot().version().value());
        List<Contestant> chosen = some(rpc);
        int ofRpc = chosen.size();
        chosen.addAll(some(offers));
        List<Verdict> verdicts = ask(chosen, prize);
        List<Won> won = verdicts.stream()
                .filter(Won.class::isInstance)
                .map(Won.class::cast)
                .toList();
        assertThat(won).hasSize(1);
        if (verdicts.indexOf(won.get(0)) < ofRpc) {
            wonByRpc++;
        } else {
            wonByOffer++;
        }
        running.add(won.get(0).taskId());
        giveBack(host, running);
    }

    /** At least one of them, in any order. */
    private List<Contestant> some(List<Contestant> all) {
        List<Contestant> some = new ArrayList<>(all);
        Collections.shuffle(some, random);
        return new ArrayList<>(some.subList(0, 1 + random.nextInt(some.size())));
    }

    /** All at once, but for head starts. */
    private List<Verdict> ask(List<Contestant> contestants, Prize prize) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Verdict>> answers = new ArrayList<>();
        for (Contestant contestant : contestants) {
            contestant.prepare(prize);
        }
        for (Contestant contestant : contestants) {
            long waitNanos = TimeUnit.MICROSECONDS.toNanos(random.nextInt(MAX_HEAD_START_MICROS));
            Callable<Verdict> ask = () -> {
                start.await();
                spin(waitNanos);
                return contestant.ask(prize);
            };
            answers.add(threads.submit(ask));
        }
        start.countDown();
        List<Verdict> verdicts = new ArrayList<>();
        for (Future<Verdict> answer : answers) {
            verdicts.add(answer.get());
        }
        return verdicts;
    }

    private static void spin(long nanos) {
        for (long from = System.nanoTime(); System.nanoTime() - from < nanos; ) {
            Thread.onSpinWait();
        }
    }

    /** @param tasks all that runs, and nothing else does */
    private void giveBack(IdleAgent host, Set<String> tasks) throws InterruptedException {
        AgentId id = new AgentId(host.id().getValue());
        assertThat(host.awaitRunning(tasks.size())).isEqualTo(tasks);
        assertThat(free(master.snapshot(), id)).isZero();
        launches += tasks.size();
        host.finishAll();
        master.await("all of " + id + " is free", snapshot -> {
            return free(snapshot, id) == MEM_MB * 1000 && snapshot.tasksOn(id).isEmpty();
        });
    }

    private static long free(ClusterSnapshot snapshot, AgentId id) {
        return snapshot.agent(id).map(Agent::free).orElseThrow().scalarMilli("mem");
    }

    /** After the last round. */
    void assertThatNothingElseWasLaunched() {
        assertThat(hosts.stream().mapToInt(IdleAgent::launches).sum()).isEqualTo(launches);
    }

    @Override
    public void close() throws IOException {
        for (Contestant contestant : rpc) {
            contestant.close();
        }
        for (Contestant contestant : offers) {
            contestant.close();
        }
        resident.close();
        hosts.forEach(IdleAgent::close);
        master.close();
        threads.shutdownNow();
    }
}
