package io.stoa.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerAddressTest {

    @Test
    void withoutAnAddressAllOfTheMachinesAreListenedAt() throws Exception {
        ServerAddress address = of("--no-hostname_lookup");

        assertThat(address.listen().isAnyLocalAddress()).isTrue();
        assertThat(address.advertised().isAnyLocalAddress()).isFalse();
        assertThat(address.hostname()).isEqualTo(address.advertised().getHostAddress());
        assertThat(address.port()).isEqualTo(5051);
        assertThat(address.advertisedPort()).isZero();
    }

    @Test
    void whatIsAdvertisedWinsOverWhatIsListenedAt() throws Exception {
        ServerAddress address =
                of("--ip=127.0.0.1", "--port=1", "--advertise_ip=10.0.0.9", "--advertise_port=2", "--hostname=h");

        assertThat(address.listen().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(address.advertised().getHostAddress()).isEqualTo("10.0.0.9");
        assertThat(List.of(address.port(), address.advertisedPort())).containsExactly(1, 2);
        assertThat(address.hostname()).isEqualTo("h");
    }

    @Test
    void aCommandFindsTheAddress() throws Exception {
        ServerAddress address = of("--ip_discovery_command=printf '127.0.0.7\\n'", "--hostname=h");

        assertThat(address.listen().getHostAddress()).isEqualTo("127.0.0.7");
        assertThat(address.advertised().getHostAddress()).isEqualTo("127.0.0.7");
    }

    @Test
    void aCommandThatFailsOrDisagreesIsRefused() {
        assertThatThrownBy(() -> of("--ip_discovery_command=exit 3")).hasMessageContaining("status 3");
        assertThatThrownBy(() -> of("--ip_discovery_command=echo 1.2.3.4.5")).hasMessageContaining("'1.2.3.4.5'");
        assertThatThrownBy(() -> of("--ip=127.0.0.1", "--ip_discovery_command=echo 127.0.0.1"))
                .hasMessage("Only one of `--ip` or `--ip_discovery_command` should be specified");
    }

    private static ServerAddress of(String... arguments) throws FlagsException {
        return ServerAddress.of(ServerFlags.with("", 5051, List.of()).load(List.of(arguments), Map.of()));
    }
}
