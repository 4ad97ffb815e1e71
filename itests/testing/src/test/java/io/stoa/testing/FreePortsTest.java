package io.stoa.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    /** A server that was ended, or has yet to begin, finds its port free. */
    @Test
    void noneIsGivenAgainSoon() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            assertThat(given.add(FreePorts.next())).isTrue();
            int first = FreePorts.inARow(3);
            assertThat(given.add(first)).isTrue();
            assertThat(given.add(first + 1)).isTrue();
            assertThat(given.add(first + 2)).isTrue();
        }
    }

    @Test
    void onesThatAreInUseAreLeftOut() throws IOException {
        int first = FreePorts.next();
        try (ServerSocket held = new ServerSocket(first + 2)) {
            assertThat(FreePorts.inARow(3)).isGreaterThan(held.getLocalPort());
        }
    }
}
