package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;

import io.stoa.agent.Agent;
import io.stoa.agent.AgentConfig;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.detector.LeadingMaster;
import io.stoa.detector.MasterDetector;
import io.stoa.master.MasterMain;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Masters in processes of their own that stand for election at one ZooKeeper, which runs here, and who leads. */
final class Candidates implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("Master started address=/(127\\.0\\.0\\.1:\\d+)");
    private static final String PATH = "/mesos";

    private final Path directory;
    private final EmbeddedZooKeeper zooKeeper;
    private final MasterDetector detector;
    private volatile Optional<LeadingMaster> leader = Optional.empty();

    private Candidates(Path directory, EmbeddedZooKeeper zooKeeper) {
        this.directory = directory;
        this.zooKeeper = zooKeeper;
        detector = MasterDetector.open(url(), seen -> leader = seen);
    }

    static Candidates at(Path directory) throws IOException {
        return new Candidates(directory, EmbeddedZooKeeper.start(directory.resolve("zookeeper"), 0));
    }

    EmbeddedZooKeeper zooKeeper() {
        return zooKeeper;
    }

    /** Where agents and clients find the leader. */
    String url() {
        return zooKeeper.url(PATH).toString();
    }

    /** One that does not rehearse: that takes a minute of the processors that the others need. */
    StoaProcess master(String name) throws IOException {
        return master(name, 0, false, List.of());
    }

    StoaProcess master(String name, int port, List<String> moreFlags) throws IOException {
        return master(name, port, false, moreFlags);
    }

    StoaProcess rehearsingMaster(String name) throws IOException {
        return master(name, 0, true, List.of());
    }

    /** One of whose classes some are others. */
    StoaProcess patchedMaster(String name, Path patches) throws IOException {
        return StoaProcess.startPatched(log(name), patches, MasterMain.class, flags(name, 0, false, List.of()));
    }

    private StoaProcess master(String name, int port, boolean rehearses, List<String> moreFlags) throws IOException {
        return StoaProcess.start(log(name), MasterMain.class, flags(name, port, rehearses, moreFlags));
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private String[] flags(String name, int port, boolean rehearses, List<String> moreFlags) {
        List<String> flags = new ArrayList<>(List.of(
                "--zk=" + url(),
                "--zk_session_timeout=10secs",
                "--ip=127.0.0.1",
                "--hostname=127.0.0.1",
                "--port=" + port,
                "--rehearse=" + rehearses,
                "--work_dir=" + directory.resolve(name)));
        flags.addAll(moreFlags);
        return flags.toArray(String[]::new);
    }

    /** An agent in this process. */
    Agent agent() throws IOException {
        return Agent.start(new AgentConfig(
                new AgentConfig.Master(url(), 0),
                new AgentConfig.Places(directory.resolve("agent"), directory.resolve("agent-run")),
                new AgentConfig.Address(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "127.0.0.1", 0, "127.0.0.1"),
                new AgentConfig.Offer("cpus:4;mem:4096;disk:1024;ports:[31000-31099]", "*", List.of()),
                new AgentConfig.Running(
                        List.of("mesos"), Path.of("/var/run/docker.sock"), false, ExecutorPolicy.STANDARD, Map.of()),
                AgentConfig.Recovery.STANDARD,
                AgentConfig.Upkeep.STANDARD));
    }

    static String awaitAddress(StoaProcess master) {
        return await().until(
                        () -> {
                            Matcher matcher = ADDRESS.matcher(master.said());
                            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.<String>empty();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    String awaitLeader() {
        return awaitLeaderOtherThan("nobody");
    }

    String awaitLeaderOtherThan(String last) {
        return await().until(
                        () -> leader.map(LeadingMaster::address),
                        address -> address.filter(other -> !other.equals(last)).isPresent())
                .orElseThrow();
    }

    @Override
    public void close() throws Exception {
        detector.close();
        zooKeeper.close();
    }
}
