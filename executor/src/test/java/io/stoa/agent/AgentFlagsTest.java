package io.stoa.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.docker.DockerConfig;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.agent.executor.ExecutorTimeouts;
import io.stoa.agent.fetch.FetcherConfig;
import io.stoa.agent.isolation.IsolationConfig;
import io.stoa.agent.recovery.ReconfigurationPolicy;
import io.stoa.agent.sandbox.SandboxCollector;
import io.stoa.flags.FlagsException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentFlagsTest {

    private static final Path REFERENCE = Path.of("../docs/reference/agent-flags.md");

    @Test
    void everyFlagArrives() throws Exception {
        AgentConfig config = AgentFlags.config(AgentFlags.FLAGS.load(
                List.of(
                        "--master=zk://a:2181,b:2181/mesos",
                        "--work_dir=/w",
                        "--runtime_dir=/r",
                        "--ip=127.0.0.1",
                        "--port=6051",
                        "--hostname=h",
                        "--resources=cpus:1",
                        "--default_role=web",
                        "--attributes=rack:r1",
                        "--containerizers=docker,mesos",
                        "--docker_socket=/d",
                        "--docker_remove_delay=1mins",
                        "--no-docker_kill_orphans",
                        "--docker_stop_timeout=2secs",
                        "--no-switch_user",
                        "--executor_shutdown_grace_period=7secs",
                        "--executor_registration_timeout=8secs",
                        "--executor_reregistration_timeout=9secs",
                        "--recovery_timeout=10secs",
                        "--executor_environment_variables={\"A\":\"b\",\"C\":\"\"}",
                        "--max_completed_executors_per_framework=3",
                        "--registration_backoff_factor=10ms",
                        "--recover=cleanup",
                        "--no-strict",
                        "--reconfiguration_policy=additive",
                        "--gc_delay=2days",
                        "--gc_disk_headroom=0.3",
                        "--disk_watch_interval=5secs",
                        "--gc_non_executor_container_sandboxes",
                        "--fetcher_cache_dir=/c",
                        "--fetcher_cache_size=3MB",
                        "--fetcher_stall_timeout=9secs",
                        "--frameworks_home=/home/f"),
                Map.of()));
        assertThat(config.master()).isEqualTo(new AgentConfig.Master("zk://a:2181,b:2181/mesos", 10));
        assertThat(config.places()).isEqualTo(new AgentConfig.Places(Path.of("/w"), Path.of("/r")));
        assertThat(config.recovery()).isEqualTo(new AgentConfig.Recovery(true, false, ReconfigurationPolicy.ADDITIVE));
        assertThat(config.upkeep().sandboxes())
                .isEqualTo(new SandboxCollector.Policy(2 * 86_400_000L, 0.3, 5_000, true));
        assertThat(config.upkeep().fetching())
                .isEqualTo(
                        FetcherConfig.STANDARD.with(9_000, "/home/f", new FetcherConfig.Cache(Path.of("/c"), 3 << 20)));
        assertThat(config.address()).isEqualTo(new AgentConfig.Address(local(6051), "127.0.0.1", 6051, "h"));
        assertThat(config.offer()).isEqualTo(new AgentConfig.Offer("cpus:1", "web", Attributes.parse("rack:r1")));
        assertThat(config.running().containerizers()).containsExactly("docker", "mesos");
        assertThat(config.running().docker()).isEqualTo(new DockerConfig(Path.of("/d"), 60_000, false, 2_000));
        assertThat(config.running().switchUser()).isFalse();
        assertThat(config.running().executors())
                .isEqualTo(new ExecutorPolicy(
                        new ExecutorTimeouts(7_000, 8_000, 9_000, 10_000), Map.of("A", "b", "C", ""), 3));
    }

    @Test
    void variablesOfExecutorsAreAnObjectOfTexts() {
        for (String wrong : List.of("[]", "A=b", "{\"A\":1}", "{\"A\":\"b\"")) {
            assertThatThrownBy(() -> load("--executor_environment_variables=" + wrong))
                    .as(wrong)
                    .hasMessageContaining("executor_environment_variables");
        }
    }

    @Test
    void defaultsAreMesos() throws Exception {
        AgentConfig config = load("--ip=127.0.0.1", "--no-hostname_lookup");
        assertThat(config.address()).isEqualTo(new AgentConfig.Address(local(5051), "127.0.0.1", 5051, "127.0.0.1"));
        assertThat(config.places().runtimeDir()).isEqualTo(Path.of("/var/run/mesos"));
        assertThat(config.running().containerizers()).containsExactly("mesos");
        assertThat(config.running().docker())
                .isEqualTo(new DockerConfig(Path.of("/var/run/docker.sock"), 6 * 3_600_000, true, 0));
        assertThat(config.running().switchUser()).isTrue();
        assertThat(config.running().executors()).isEqualTo(ExecutorPolicy.STANDARD);
        assertThat(config.master().registrationBackoffMs()).isEqualTo(1_000);
        assertThat(config.recovery()).isEqualTo(AgentConfig.Recovery.STANDARD);
        assertThat(config.upkeep().sandboxes()).isEqualTo(SandboxCollector.Policy.STANDARD);
        assertThat(config.upkeep().fetching())
                .isEqualTo(FetcherConfig.STANDARD.with(
                        60_000, "", new FetcherConfig.Cache(Path.of("/w/fetch"), 2L << 30)));
    }

    @Test
    void isolationIsMesos() throws Exception {
        assertThat(load("--ip=127.0.0.1", "--no-hostname_lookup").running().isolation())
                .isEqualTo(IsolationConfig.STANDARD);
        assertThat(load(
                                "--isolation=cgroups/cpu,cgroups/mem,disk/du",
                                "--launcher=linux",
                                "--cgroups_hierarchy=/cg",
                                "--cgroups_root=stoa",
                                "--cgroups_enable_cfs",
                                "--cgroups_limit_swap",
                                "--no-revocable_cpu_low_priority",
                                "--cgroups_cpu_enable_pids_and_tids_count",
                                "--enforce_container_disk_quota",
                                "--container_disk_watch_interval=3secs")
                        .running()
                        .isolation())
                .isEqualTo(new IsolationConfig(
                        Optional.of("cgroups/cpu,cgroups/mem,disk/du"),
                        Optional.of("linux"),
                        Path.of("/cg"),
                        "stoa",
                        new IsolationConfig.Features(true, true, false, true),
                        new IsolationConfig.Disk(true, 3_000)));
    }

    @Test
    void advertisedAddressIsToldToOthers() throws Exception {
        assertThat(load("--ip=127.0.0.1", "--advertise_ip=10.1.2.3", "--advertise_port=7", "--hostname=h")
                        .address())
                .isEqualTo(new AgentConfig.Address(local(5051), "10.1.2.3", 7, "h"));
    }

    @Test
    void flagsOfMesosWithoutEffectAreAccepted() throws Exception {
        load("--docker=/usr/bin/docker", "--executor_secret_key=file:///nowhere");
    }

    @Test
    void unknownContainerizersAndRecoveriesAreRefused() {
        assertThatThrownBy(() -> load("--containerizers=mesos,rkt"))
                .hasMessage("containerizers: 'rkt' (expected: mesos, docker)");
        assertThatThrownBy(() -> load("--recover=never"))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("'never' (expected: reconnect, cleanup)");
    }

    @Test
    void commandSaysWhatIsWrongInOneLine() {
        assertThat(run("--work_dir=/w")).startsWith("1 stoa agent: Flag 'master' is required");
        assertThat(run("--master=x:1", "--work_dir=/w", "--contaierizers=mesos"))
                .startsWith(
                        "1 stoa agent: Failed to load unknown flag 'contaierizers'; did you mean 'containerizers'?");
        assertThat(run("--version")).isEqualTo("0 mesos 1.11.0\n");
        assertThat(run("--help")).contains("--work_dir=VALUE");
    }

    /** Written anew with {@code -Dstoa.write=true}. */
    @Test
    void referenceIsGenerated() throws Exception {
        String page = "# Flags of the agent\n\nEach may also be given as `MESOS_NAME` in the environment.\n\n"
                + AgentFlags.FLAGS.markdown();
        if (Boolean.getBoolean("stoa.write")) {
            Files.writeString(REFERENCE, page);
        }
        assertThat(REFERENCE).hasContent(page);
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static AgentConfig load(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--master=m:5050", "--work_dir=/w"));
        arguments.addAll(List.of(more));
        return AgentFlags.config(AgentFlags.FLAGS.load(arguments, Map.of()));
    }

    private static String run(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, UTF_8);
        int code = AgentCommand.run(List.of(arguments), Map.of(), out, out);
        return code + " " + bytes.toString(UTF_8);
    }
}
