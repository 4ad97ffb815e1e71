package io.stoa.agent;

import io.stoa.agent.docker.DockerConfig;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.agent.fetch.FetcherConfig;
import io.stoa.agent.isolation.IsolationConfig;
import io.stoa.agent.recovery.ReconfigurationPolicy;
import io.stoa.agent.sandbox.SandboxCollector;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.DomainInfo;

/**
 * What an agent is to be; {@link AgentFlags} reads it from Mesos' flags.
 *
 * @param master whom it belongs to
 * @param places its directories
 * @param address where the agent is
 * @param offer what it has
 * @param running how it runs tasks
 * @param recovery what it makes of its earlier life
 * @param upkeep how it deals with its disk
 */
public record AgentConfig(
        Master master, Places places, Address address, Offer offer, Running running, Recovery recovery, Upkeep upkeep) {

    /**
     * Whom an agent belongs to.
     *
     * @param address {@code host:port}, {@code zk://host:port,.../path} or {@code file:///path}
     * @param registrationBackoffMs bound of the first random wait before a registration
     */
    public record Master(String address, long registrationBackoffMs) {

        public Master {
            if (registrationBackoffMs < 0) {
                throw new IllegalArgumentException(
                        "registration_backoff_factor: " + registrationBackoffMs + " ms (expected: >= 0)");
            }
        }
    }

    /**
     * The directories of an agent.
     *
     * @param workDir for sandboxes and what is checkpointed; made where it is not there
     * @param runtimeDir for what running tasks need and a restart of the host ends; made where it is not there
     */
    public record Places(Path workDir, Path runtimeDir) {}

    /**
     * What an agent makes of its earlier life.
     *
     * @param cleanup whether it only ends the tasks that are left, then itself
     * @param strict whether what cannot be read keeps it from starting
     * @param policy what it may have changed since
     */
    public record Recovery(boolean cleanup, boolean strict, ReconfigurationPolicy policy) {

        /** Mesos' defaults. */
        public static final Recovery STANDARD = new Recovery(false, true, ReconfigurationPolicy.EQUAL);
    }

    /**
     * How an agent deals with its disk.
     *
     * @param sandboxes how long they stay
     * @param fetching what comes into them
     */
    public record Upkeep(SandboxCollector.Policy sandboxes, FetcherConfig fetching) {

        /** Mesos' defaults, without a cache of what is fetched. */
        public static final Upkeep STANDARD = new Upkeep(SandboxCollector.Policy.STANDARD, FetcherConfig.STANDARD);
    }

    /**
     * Where an agent is.
     *
     * @param listen what its HTTP endpoints listen on; port 0: any
     * @param ip what others connect to
     * @param port what others connect to; 0: the one that is listened on
     * @param hostname for people and offers
     */
    public record Address(InetSocketAddress listen, String ip, int port, String hostname) {}

    /**
     * What an agent has.
     *
     * @param resources in Mesos' text or JSON form; cpus, mem, disk and ports that are not in it are found out
     * @param defaultRole of resources that name none
     * @param domain where its host is
     */
    public record Offer(String resources, String defaultRole, List<Attribute> attributes, Optional<DomainInfo> domain) {

        /** Of a host that is nowhere in particular. */
        public Offer(String resources, String defaultRole, List<Attribute> attributes) {
            this(resources, defaultRole, attributes, Optional.empty());
        }

        public Offer {
            attributes = List.copyOf(attributes);
        }
    }

    /**
     * How an agent runs tasks.
     *
     * @param containerizers their names, in the order in which they are asked
     * @param docker how the containerizer {@code docker} uses its engine
     * @param switchUser whether tasks run as their framework's user
     * @param isolation of the containerizer {@code mesos}
     * @param executors how executors are dealt with
     * @param flags as they were given, for {@code /state} and {@code /flags}
     */
    public record Running(
            List<String> containerizers,
            DockerConfig docker,
            boolean switchUser,
            IsolationConfig isolation,
            ExecutorPolicy executors,
            Map<String, String> flags) {

        /** With cgroups where this process may use them; what has ended in Docker is removed at once. */
        public Running(
                List<String> containerizers,
                Path dockerSocket,
                boolean switchUser,
                ExecutorPolicy executors,
                Map<String, String> flags) {
            this(
                    containerizers,
                    new DockerConfig(dockerSocket, 0, true, 0),
                    switchUser,
                    IsolationConfig.STANDARD,
                    executors,
                    flags);
        }

        public Running {
            containerizers = List.copyOf(containerizers);
            flags = Map.copyOf(flags);
            for (String name : containerizers) {
                if (!name.equals("mesos") && !name.equals("docker")) {
                    throw new IllegalArgumentException("containerizers: '" + name + "' (expected: mesos, docker)");
                }
            }
        }
    }
}
