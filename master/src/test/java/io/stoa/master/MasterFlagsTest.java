package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.flags.FlagsException;
import io.stoa.master.link.RemovalRate;
import io.stoa.master.link.Retention;
import io.stoa.master.operator.History;
import io.stoa.mesos.constraint.RegexLimits;
import io.stoa.mesos.offer.OfferMode;
import io.stoa.mesos.offer.OfferPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterFlagsTest {

    private static final Path REFERENCE = Path.of("../docs/reference/master-flags.md");

    /** Written anew with {@code -Dstoa.write=true}. */
    @Test
    void theReferenceIsMadeFromTheCode() throws Exception {
        String page = "# Flags of the master\n\nEach may also be given as `MESOS_NAME` in the environment.\n\n"
                + MasterFlags.ALL.markdown();
        if (Boolean.getBoolean("stoa.write")) {
            Files.writeString(REFERENCE, page);
        }
        assertThat(REFERENCE).hasContent(page);
    }

    @Test
    void everythingIsReadFromFlagsAsMesosNamesThem() throws Exception {
        MasterConfig config = config(
                "--ip=127.0.0.1",
                "--port=6000",
                "--advertise_port=7000",
                "--hostname=master.example",
                "--work_dir=/var/lib/stoa",
                "--zk=zk://one:2181/mesos",
                "--zk_session_timeout=4secs",
                "--agent_ping_timeout=2secs",
                "--max_agent_ping_timeouts=3",
                "--agent_reregister_timeout=1mins",
                "--agent_removal_rate_limit=2/3hrs",
                "--registry_gc_interval=2mins",
                "--registry_max_agent_age=3days",
                "--registry_max_agent_count=4",
                "--max_unreachable_tasks_per_framework=5",
                "--max_completed_frameworks=6",
                "--require_agent_domain",
                "--rehearse=false",
                "--recovery_agent_removal_limit=12.5%",
                "--whitelist=file:///etc/hosts.list",
                "--fair_sharing_excluded_resource_names=gpus,,fpgas",
                "--max_completed_tasks_per_framework=7",
                "--roles=web,batch",
                "--weights=web=2.5,batch=1",
                "--allocation_interval=500ms",
                "--offer_timeout=30secs",
                "--offers=optimistic",
                "--no-filter_gpu_resources",
                "--domain={\"fault_domain\":{\"region\":{\"name\":\"eu\"},\"zone\":{\"name\":\"eu-1\"}}}",
                "--offer_constraints_re2_max_mem=8KB",
                "--offer_constraints_re2_max_program_size=200",
                "--cluster=test",
                "--no-root_submissions",
                "--quorum=2");

        assertThat(config.address().port()).isEqualTo(6000);
        assertThat(config.address().advertisedPort()).isEqualTo(7000);
        assertThat(config.address().advertised().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(config.address().hostname()).isEqualTo("master.example");
        assertThat(config.storage().workDir()).isEqualTo(Path.of("/var/lib/stoa"));
        assertThat(config.storage().zooKeeper().orElseThrow()).hasToString("zk://one:2181/mesos");
        assertThat(config.storage().sessionTimeoutMs()).isEqualTo(4_000);
        assertThat(config.links().pingBudgetMs()).isEqualTo(6_000);
        assertThat(config.links().reregisterTimeoutMs()).isEqualTo(60_000);
        assertThat(config.links().removalRate()).isEqualTo(new RemovalRate(2, 10_800_000));
        assertThat(config.links().retention()).isEqualTo(new Retention(120_000, 259_200_000, 4, 5));
        assertThat(config.history()).isEqualTo(new History.Limits(6, 7));
        assertThat(config.rehearses()).isFalse();
        assertThat(config.links().requireDomain()).isTrue();
        assertThat(config.links().recoveryRemovalLimit()).isEqualTo(0.125);
        assertThat(config.allocator().whitelist()).contains(Path.of("/etc/hosts.list"));
        assertThat(config.allocator().policy().scarce()).containsExactlyInAnyOrder("gpus", "fpgas");
        assertThat(config.scheduler().roles()).containsExactlyInAnyOrder("web", "batch");
        assertThat(config.scheduler().rootSubmissions()).isFalse();
        assertThat(config.allocator().weights()).isEqualTo(Map.of("web", 2.5, "batch", 1.0));
        assertThat(config.allocator().allocationIntervalMs()).isEqualTo(500);
        assertThat(config.allocator().offerTimeoutMs()).isEqualTo(30_000);
        OfferPolicy policy = config.allocator().policy();
        assertThat(policy.mode()).isEqualTo(OfferMode.OPTIMISTIC);
        assertThat(policy.filterGpus()).isFalse();
        assertThat(policy.domain().orElseThrow().getFaultDomain().getZone().getName())
                .isEqualTo("eu-1");
        assertThat(config.scheduler().regexLimits()).isEqualTo(new RegexLimits(8192, 200));
        assertThat(config.cluster()).contains("test");
    }

    @Test
    void theDefaultsAreMesos() throws Exception {
        MasterConfig config = config("--ip=127.0.0.1", "--work_dir=/w");

        assertThat(config.address().port()).isEqualTo(5050);
        assertThat(config.storage().zooKeeper()).isEmpty();
        assertThat(config.links().pingBudgetMs()).isEqualTo(75_000);
        assertThat(config.links().reregisterTimeoutMs()).isEqualTo(600_000);
        assertThat(config.links().removalRate()).isEqualTo(RemovalRate.UNLIMITED);
        assertThat(config.links().retention()).isEqualTo(Retention.DEFAULTS);
        assertThat(config.history()).isEqualTo(new History.Limits(50, 1_000));
        assertThat(config.rehearses()).isTrue();
        assertThat(config.links().requireDomain()).isFalse();
        assertThat(config.links().recoveryRemovalLimit()).isEqualTo(1);
        assertThat(config.allocator().whitelist()).isEmpty();
        assertThat(config.allocator().policy().scarce()).isEmpty();
        assertThat(config.allocator().allocationIntervalMs()).isEqualTo(1_000);
        assertThat(config.scheduler().rootSubmissions()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "1/2/3", "x/1mins", "1/soon", "0/1mins"})
    void aRateOfRemovalsThatIsNoneIsRefused(String rate) {
        assertThatThrownBy(() -> config("--ip=127.0.0.1", "--work_dir=/w", "--agent_removal_rate_limit=" + rate))
                .hasMessageStartingWith(
                        "Invalid agent_removal_rate_limit: " + rate + ". Format is <Number of agents>/<Duration>");
    }

    @ParameterizedTest
    @CsvSource({"50, missing '%'", "x%, Failed to convert 'x' to number", "101%, Must be within [0%-100%]"})
    void aLimitOfRemovalsThatIsNoneIsRefused(String limit, String why) {
        assertThatThrownBy(() -> config("--ip=127.0.0.1", "--work_dir=/w", "--recovery_agent_removal_limit=" + limit))
                .hasMessageContaining(
                        "Invalid value '" + limit + "' for --recovery_agent_removal_percent_limit: " + why);
    }

    @Test
    void aMinimumThatIsNoneIsRefusedWithItsFlag() {
        assertThatThrownBy(() -> config("--ip=127.0.0.1", "--work_dir=/w", "--min_allocatable_resources=ports:[1-2]"))
                .hasMessage("Failed to load flag 'min_allocatable_resources': Failed to load value 'ports:[1-2]':"
                        + " quantity: 'ports:[1-2]' (expected: name:number)");
    }

    @Test
    void rolesAreNamedOnceOrMoreAndWell() throws Exception {
        assertThat(config("--ip=127.0.0.1", "--work_dir=/w", "--roles=a,b,,a")
                        .scheduler()
                        .roles())
                .containsExactlyInAnyOrder("a", "b");
        assertThatThrownBy(() -> config("--ip=127.0.0.1", "--work_dir=/w", "--roles=a,/b"))
                .hasMessage("Failed to parse roles: Role '/b' cannot start with a slash");
    }

    @Test
    void aStarIsNoWhitelist() throws Exception {
        assertThat(config("--ip=127.0.0.1", "--work_dir=/w", "--whitelist=*")
                        .allocator()
                        .whitelist())
                .isEmpty();
    }

    @Test
    void anUnknownFlagNamesTheNearest() {
        assertThatThrownBy(() -> config("--work_dirr=/w"))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("'work_dirr'")
                .hasMessageContaining("'work_dir'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port=65536",
                "--advertise_port=65536",
                "--zk=one:2181/mesos",
                "--weights=web",
                "--weights=web=heavy",
                "--weights=web=0",
                "--weights=a b=1",
                "--weights=web=Infinity",
                "--agent_ping_timeout=0secs",
                "--max_agent_ping_timeouts=0",
                "--max_completed_frameworks=-1",
                "--max_completed_tasks_per_framework=-1",
                "--offer_timeout=0secs"
            })
    void whatMakesNoSenseIsRefusedWithWhatWouldMakeSense(String flag) {
        assertThatThrownBy(() -> config("--ip=127.0.0.1", "--work_dir=/w", flag))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void everyoneMayReadTheFlagsSoThereIsNoPasswordInThem() throws Exception {
        MasterConfig config = config("--ip=127.0.0.1", "--work_dir=/w", "--zk=zk://a:b@one:2181/mesos");

        assertThat(config.flags()).containsEntry("zk", "zk://***@one:2181/mesos");
    }

    @Test
    void withoutAWorkDirectoryNothingStarts() {
        assertThatThrownBy(() -> config("--ip=127.0.0.1")).hasMessageContaining("--work_dir");
    }

    private static MasterConfig config(String... arguments) throws FlagsException {
        return MasterConfig.of(MasterFlags.ALL.load(List.of(arguments), Map.of()));
    }
}
