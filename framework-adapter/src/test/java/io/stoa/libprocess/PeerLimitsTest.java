package io.stoa.libprocess;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerLimitsTest {

    @Test
    void connectionsTakeNoMoreThanAQuarterOfTheFilesThatMayBeOpen() {
        PeerLimits few = PeerLimits.STANDARD.within(4_096);
        assertThat(few.frameworks().maxConnections()
                        + few.authentications().maxConnections()
                        + few.unlinked().maxConnections())
                .isEqualTo(1_024);
        assertThat(few.frameworks().maxUnsentBytes())
                .isEqualTo(PeerLimits.STANDARD.frameworks().maxUnsentBytes());
    }

    @Test
    void whereManyFilesMayBeOpenTheyAreNotMore() {
        assertThat(PeerLimits.STANDARD.within(1_048_576)).isEqualTo(PeerLimits.STANDARD);
    }

    @Test
    void someFrameworksAreHeardWhereAlmostNothingMayBeOpen() {
        assertThat(PeerLimits.STANDARD.within(256).frameworks().maxConnections())
                .isEqualTo(64);
    }
}
