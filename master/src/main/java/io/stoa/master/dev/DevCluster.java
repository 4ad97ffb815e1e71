package io.stoa.master.dev;

import io.stoa.agent.Agent;
import io.stoa.agent.AgentConfig;
import io.stoa.agent.WorkDirLock;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.master.Master;
import io.stoa.master.MasterConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A master with its ZooKeeper, and agents, in this process. */
public final class DevCluster implements AutoCloseable {

    private static final Path DOCKER_SOCKET = Path.of("/var/run/docker.sock");
    private static final Logger LOG = LoggerFactory.getLogger(DevCluster.class);
    private static final String HOST = "127.0.0.1";
    private static final int START_TIMEOUT_S = 60;
    private static final int FIRST_TASK_PORT = 31_000;
    private static final int TASK_PORTS = 100;
    /** Only root can run tasks as somebody else; for everybody else's cluster they are its owner's. */
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<Agent> agents = new ArrayList<>();
    private final Master master;
    private final RuntimeDirectory runtime;
    private boolean started;

    private DevCluster(DevOptions options) throws IOException {
        Path data = options.data().toAbsolutePath();
        parts.push(WorkDirLock.take(data, "the data in " + data + " is in use by another stoa dev"));
        try {
            master = Master.start(MasterConfig.local(data.resolve("master"), options.port()));
            parts.push(master);
            awaitLead();
            runtime = RuntimeDirectory.of(data);
            for (int i = 0; i < options.agents(); i++) {
                Agent agent = Agent.start(agentConfig(options, data, runtime.path(), i));
                parts.push(agent);
                agents.add(agent);
            }
            started = true;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a cluster, or goes on with what the data directory holds. Returns when the master leads and the agents are
     * about to register.
     *
     * @throws IOException where a port is taken or the data is in use, for people
     */
    public static DevCluster start(DevOptions options) throws IOException {
        return new DevCluster(options);
    }

    private void awaitLead() throws IOException {
        try {
            CompletableFuture.anyOf(master.firstLeader(), master.failure()).get(START_TIMEOUT_S, TimeUnit.SECONDS);
            if (master.failure().isDone()) {
                throw new IOException(master.failure().join());
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the master does not lead after " + START_TIMEOUT_S + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the master starts", e);
        }
    }

    /** Agents share the machine: each offers ports of its own and a small part of what there is. */
    private AgentConfig agentConfig(DevOptions options, Path data, Path runtime, int index) {
        Path home = data.resolve("agent-" + (index + 1));
        int firstPort = FIRST_TASK_PORT + index * TASK_PORTS;
        return new AgentConfig(
                new AgentConfig.Master(masterAddress(), 0),
                new AgentConfig.Places(home, runtime.resolve(Integer.toString(index + 1))),
                new AgentConfig.Address(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), options.port() == 0 ? 0 : masterPort() + 1 + index),
                        HOST,
                        0,
                        HOST),
                new AgentConfig.Offer(
                        "cpus:4;mem:4096;disk:10240;ports:[" + firstPort + "-" + (firstPort + TASK_PORTS - 1) + "]",
                        "*",
                        List.of()),
                new AgentConfig.Running(
                        dockerAnswers() ? List.of("docker", "mesos") : List.of("mesos"),
                        DOCKER_SOCKET,
                        IS_ROOT,
                        ExecutorPolicy.STANDARD,
                        Map.of()),
                AgentConfig.Recovery.STANDARD,
                AgentConfig.Upkeep.STANDARD);
    }

    /** Docker is a choice here: without an engine, or with one that is down, the cluster runs processes only. */
    private static boolean dockerAnswers() {
        try (SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(DOCKER_SOCKET))) {
            return engine.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code host:port} of the master. */
    public String masterAddress() {
        return HOST + ":" + masterPort();
    }

    private int masterPort() {
        return master.address().getPort();
    }

    /** {@code host:port} of ZooKeeper; the masters' path in it is {@code /mesos}. */
    public String zooKeeperAddress() {
        return master.zooKeeper().servers();
    }

    public Master master() {
        return master;
    }

    public List<Agent> agents() {
        return List.copyOf(agents);
    }

    /**
     * Kills every task, and then what else runs on the agents: executors without tasks, what operators launched, what
     * the master has forgotten already. {@link #close} leaves all of it running.
     *
     * @return completes when nothing runs any more
     */
    public CompletableFuture<Void> endTasks() {
        return master.endTasks().thenCompose(tasksEnded -> endContainers());
    }

    /**
     * As {@link #endTasks()}, and waits.
     *
     * @return false where something still ran after the time
     */
    public boolean endTasks(long timeoutMs) {
        try {
            endTasks().get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private CompletableFuture<Void> endContainers() {
        return CompletableFuture.allOf(
                agents.stream().map(agent -> agent.containers().endAll()).toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Ends agents first, master and ZooKeeper last. Tasks run on and are found again by the next start; where there are
     * none, nothing stays but the data.
     */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("Not closed properly part={}", part.getClass().getSimpleName(), e);
            }
        }
        // Of a start that failed some agents, and what they run, are unknown.
        if (started && agents.stream().noneMatch(Agent::hasLiveContainers)) {
            runtime.remove();
        }
    }
}
