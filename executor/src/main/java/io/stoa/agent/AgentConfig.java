package io.stoa.agent;

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
 * @param master {@code host:port}, {@code zk://host:port,.../path} or {@code file:///path}
 * @param workDir for sandboxes and what is checkpointed; made where it is not there
 * @param runtimeDir for what running tasks need and a restart of the host ends; made where it is not there
 * @param address where the agent is
 * @param offer what it has
 * @param running how it runs tasks
 * @param registrationBackoffMs bound of the first random wait before a registration
 */
public record AgentConfig(
        String master,
        Path workDir,
        Path runtimeDir,
        Address address,
        Offer offer,
        Running running,
        long registrationBackoffMs) {

    public AgentConfig {
        if (registrationBackoffMs < 0) {
            throw new IllegalArgumentException(
                    "registration_backoff_factor: " + registrationBackoffMs + " ms (expected: >= 0)");
        }
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
     * @param dockerSocket of the engine that the containerizer {@code docker} uses
     * @param switchUser whether tasks run as their framework's user
     * @param executorShutdownGraceMs how long the tasks of a framework that is gone have to end
     * @param flags as they were given, for {@code /state} and {@code /flags}
     */
    public record Running(
            List<String> containerizers,
            Path dockerSocket,
            boolean switchUser,
            long executorShutdownGraceMs,
            Map<String, String> flags) {

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
