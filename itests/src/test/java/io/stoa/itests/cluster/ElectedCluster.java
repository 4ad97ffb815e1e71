package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.AgentCommand;
import io.stoa.itests.clients.FrameworkView;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Masters that stand for election and agents, each a process of its own, for frameworks that find who leads in
 * ZooKeeper, which runs here.
 */
public final class ElectedCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MASTERS = 2;

    private final Path directory;
    private final List<String> masterFlags;
    private final Candidates candidates;
    private final List<StoaProcess> agents = new ArrayList<>();
    private final int firstPort = FreePorts.inARow(MASTERS);
    private int leading;
    private StoaProcess leader;

    private ElectedCluster(Path directory, List<String> masterFlags) throws IOException {
        this.directory = directory;
        this.masterFlags = masterFlags;
        candidates = Candidates.at(directory);
        leader = startMaster();
        awaitLeading();
    }

    /**
     * A master that leads, without agents.
     *
     * @param masterFlags of every master, besides those about addresses and directories
     */
    public static ElectedCluster start(Path directory, String... masterFlags) throws IOException {
        return new ElectedCluster(directory, List.of(masterFlags));
    }

    /** @param hostname under which it is known; an address of this machine's own */
    public ElectedCluster withAgent(String hostname, String resources) throws IOException {
        agents.add(StoaProcess.start(
                directory.resolve(hostname + ".log"),
                AgentCommand.class,
                "--master=" + url(),
                "--ip=127.0.0.1",
                "--port=0",
                "--hostname=" + hostname,
                "--registration_backoff_factor=10ms",
                "--executor_shutdown_grace_period=3secs",
                "--no-switch_user",
                "--resources=" + resources,
                "--work_dir=" + directory.resolve(hostname),
                "--runtime_dir=" + directory.resolve(hostname + "-run")));
        return this;
    }

    /** Where frameworks find the leader: {@code zk://host:port/path}. */
    public String url() {
        return candidates.url();
    }

    /** {@code host:port} of ZooKeeper. */
    public String zooKeeper() {
        return candidates.zooKeeper().url("/mesos").servers();
    }

    /** {@code host:port} of who leads. */
    public String master() {
        return "127.0.0.1:" + (firstPort + leading);
    }

    /** Where there are masters, now or later: {@code host:port,host:port}. */
    public String masters() {
        return "127.0.0.1:" + firstPort + ",127.0.0.1:" + (firstPort + 1);
    }

    /** A port for somebody else's server. */
    public int freePort() {
        return FreePorts.next();
    }

    /** As {@code kill -9}, and a new life in the same directory at the same port. Returns when it leads. */
    public void killMasterAndStartItAgain() throws Exception {
        kill(leader);
        leader = startMaster();
        awaitLeading();
    }

    /** A second master takes the place of the one that leads, which is killed. Returns when it leads. */
    public void letAnotherMasterTakeOver() throws Exception {
        leading = (leading + 1) % MASTERS;
        StoaProcess next = startMaster();
        Candidates.awaitAddress(next);
        kill(leader);
        leader = next;
        awaitLeading();
    }

    /**
     * Its session is not waited for, which is long enough for a master that has to wait for the processor. It is looked
     * for before the kill: afterwards it may end by itself, and the first candidacy is another master's then.
     */
    private void kill(StoaProcess master) throws Exception {
        String zooKeeper = candidates.zooKeeper().connectString();
        long session = ZooKeeperSession.ofLeader(zooKeeper);
        master.kill();
        ZooKeeperSession.expire(zooKeeper, session);
    }

    private StoaProcess startMaster() throws IOException {
        return candidates.master("master-" + leading, firstPort + leading, masterFlags);
    }

    private void awaitLeading() {
        await(PATIENCE).until(() -> leader.said().contains("Leading id="));
    }

    /** What who leads says of a framework, as soon as it is as wanted. */
    public FrameworkView awaitFramework(String id, Predicate<FrameworkView> wanted) {
        AtomicReference<@Nullable FrameworkView> seen = new AtomicReference<>();
        await(PATIENCE).ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
            FrameworkView view = FrameworkView.read(master(), id);
            seen.set(view);
            assertThat(view).matches(wanted);
        });
        return requireNonNull(seen.get());
    }

    /** The processes of tasks and of whoever works in the cluster's directory whose command has some words. */
    public List<ProcessHandle> processes(String words) {
        return Inhabitants.of(directory).stream()
                .filter(process -> Inhabitants.command(process).contains(words))
                .toList();
    }

    /** Ends all of it, frameworks and tasks as well. */
    @Override
    public void close() throws Exception {
        leader.kill();
        for (StoaProcess agent : agents) {
            agent.kill();
        }
        candidates.close();
        Inhabitants.of(directory).forEach(ProcessHandle::destroyForcibly);
    }
}
