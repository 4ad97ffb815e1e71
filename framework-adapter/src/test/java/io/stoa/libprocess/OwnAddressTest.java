package io.stoa.libprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnAddressTest {

    /** Of a network that is for documentation only. */
    private final OwnAddress own = new OwnAddress(new Upid("master", "203.0.113.76", 5050));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master@203.0.113.76:5050",
                "scheduler(1)@203.0.113.76:5050",
                "scheduler(1)@127.0.0.1:5050",
                "scheduler(1)@127.1.2.3:5050",
                "scheduler(1)@0.0.0.0:5050",
                "scheduler(1)@[::1]:5050",
                "scheduler(1)@[::ffff:127.0.0.1]:5050"
            })
    void everyProcessAtOurPortOfThisMachineIsOurs(String pid) {
        assertThat(own.isOf(Upid.parse(pid).orElseThrow())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scheduler(1)@203.0.113.76:5051",
                "scheduler(1)@127.0.0.1:7070",
                "scheduler(1)@203.0.113.77:5050",
                "scheduler(1)@localhost:5050"
            })
    void othersAreNotAndNamesAreNotLookedUp(String pid) {
        assertThat(own.isOf(Upid.parse(pid).orElseThrow())).isFalse();
    }

    @Test
    void aSocketThatIsConnectedToOurselvesIsKnownByItsAddress() {
        InetAddress local = InetAddress.getLoopbackAddress();

        assertThat(own.is(new InetSocketAddress(local, 5050))).isTrue();
        assertThat(own.is(new InetSocketAddress(local, 5051))).isFalse();
    }
}
