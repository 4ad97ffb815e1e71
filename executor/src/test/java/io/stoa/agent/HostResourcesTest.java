package io.stoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.Resources;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HostResourcesTest {

    private static final long GB = 1L << 30;

    @Test
    void bigHostsKeepOneGigabyteOfMemoryAndFiveOfDisk() {
        assertThat(new HostResources(8, 16 * GB, 100 * GB).complete("", "*"))
                .isEqualTo(Resources.parse("cpus:8;mem:15360;disk:97280;ports:[31000-32000]"));
    }

    @Test
    void smallHostsKeepHalf() {
        assertThat(new HostResources(1, GB, 8 * GB).complete("", "*"))
                .isEqualTo(Resources.parse("cpus:1;mem:512;disk:4096;ports:[31000-32000]"));
    }

    @Test
    void whatIsGivenIsNotFoundOut() {
        HostResources host = new HostResources(8, 16 * GB, 100 * GB);
        assertThat(host.complete("cpus:2;mem:100;disk:0;ports:[1-2]", "*"))
                .isEqualTo(Resources.parse("cpus:2;mem:100;ports:[1-2]"));
        assertThat(host.complete("cpus(web):2; gpus:1", "web").scalarMilli("cpus"))
                .isEqualTo(2_000);
    }

    @Test
    void thisHostHasSomething() throws Exception {
        HostResources host = HostResources.probe(Path.of("/"));
        assertThat(host.cpus()).isPositive();
        assertThat(host.memoryBytes()).isGreaterThan(GB / 4);
        assertThat(host.diskBytes()).isPositive();
    }
}
