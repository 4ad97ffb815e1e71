package io.stoa.libprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnsentBytesTest {

    private final UnsentBytes all = new UnsentBytes(1_000, 10);
    private final List<Peer> givenUp = new ArrayList<>();

    /** For whom bytes wait, as many as it has taken. */
    private final class Peer implements UnsentBytes.Holder {

        private long waiting;

        boolean takes(long bytes) {
            boolean taken = all.take(this, bytes);
            waiting += taken ? bytes : 0;
            return taken;
        }

        void has(long bytes) {
            long less = waiting - bytes;
            waiting = bytes;
            all.release(this, less);
        }

        @Override
        public long waitingBytes() {
            return waiting;
        }

        @Override
        public void giveUp() {
            givenUp.add(this);
        }
    }

    @Test
    void onePeerMayHaveAllWhileNobodyElseWantsAny() {
        Peer peer = new Peer();
        assertThat(peer.takes(1_000)).isTrue();
        assertThat(peer.takes(1)).isFalse();
        peer.has(400);
        assertThat(peer.takes(600)).isTrue();
        assertThat(givenUp).isEmpty();
    }

    @Test
    void littleIsTakenForEverybodyAlways() {
        assertThat(new Peer().takes(1_000)).isTrue();
        for (int i = 0; i < 1_000; i++) {
            assertThat(new Peer().takes(10)).isTrue();
        }
        assertThat(givenUp).isEmpty();
    }

    @Test
    void whoWantsNoMoreThanTheOthersHaveGetsItFromWhoHasTheMost() {
        Peer largest = new Peer();
        Peer large = new Peer();
        Peer late = new Peer();
        assertThat(large.takes(450)).isTrue();
        assertThat(largest.takes(550)).isTrue();

        assertThat(late.takes(200)).isTrue();

        assertThat(givenUp).containsExactly(largest);
        largest.has(0);
        assertThat(late.takes(200)).isTrue();
        assertThat(givenUp).hasSize(1);
    }

    @Test
    void whoWantsMoreThanItsShareDoesNotGetIt() {
        assertThat(new Peer().takes(900)).isTrue();
        assertThat(new Peer().takes(501)).isFalse();
        assertThat(givenUp).isEmpty();
    }

    @Test
    void thereIsAnEndToWhatIsExceededBy() {
        assertThat(new Peer().takes(1_000)).isTrue();
        int taken = 0;
        while (new Peer().takes(20)) {
            taken++;
        }
        assertThat(taken).isEqualTo(12);
    }

    @Test
    void whoHasLetGoOfItIsNotCountedAnyMore() {
        for (int i = 0; i < 100; i++) {
            Peer peer = new Peer();
            assertThat(peer.takes(500)).isTrue();
            peer.has(0);
        }
        assertThat(new Peer().takes(900)).isTrue();
        assertThat(new Peer().takes(330))
                .as("its share of two, not of a hundred")
                .isTrue();
    }
}
