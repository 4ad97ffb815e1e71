package io.stoa.libprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpidTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scheduler(1)@127.0.0.1:7070",
                "scheduler-0b7f7a0e-0c0b-4c0e-8d6f-5d4b7c9a1e2f@10.0.0.7:65535",
                "hand(1)@host.example-2.org:1",
                "master@[::1]:5050",
                "master@[fe80::1%eth0]:5050"
            })
    void isPrintedAsItWasRead(String text) {
        assertThat(Upid.parse(text).map(Upid::toString)).contains(text);
    }

    @Test
    void hasAnIdAHostAndAPort() {
        assertThat(Upid.parse("slave(1)@127.0.0.1:5051")).contains(new Upid("slave(1)", "127.0.0.1", 5051));
        assertThat(Upid.parse("master@[fe80::1]:5050")).contains(new Upid("master", "fe80::1", 5050));
    }

    @Test
    void isReadUpToTheFirstSpaceAsLibprocessDoes() {
        assertThat(Upid.parse("  a@1.2.3.4:5  ")).contains(new Upid("a", "1.2.3.4", 5));
        assertThat(Upid.parse("a@1.2.3.4:5 (linux)")).contains(new Upid("a", "1.2.3.4", 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "@1.2.3.4:5",
                "a@1.2.3.4",
                "a@:5",
                "a@1.2.3.4:",
                "a@1.2.3.4:0",
                "a@1.2.3.4:65536",
                "a@1.2.3.4:999999999999",
                "a@1.2.3.4:-5",
                "a@1.2.3.4:5x",
                "a/b@1.2.3.4:5",
                "a?b@1.2.3.4:5",
                "a#b@1.2.3.4:5",
                "a\r\nX: y@1.2.3.4:5",
                "a\u00e4@1.2.3.4:5",
                "a@h/st:5",
                "a@b@1.2.3.4:5",
                "a@[x]:5",
                "a@::1:5"
            })
    void isNotReadWhereItCouldNotBeAnswered(String text) {
        assertThat(Upid.parse(text)).isEmpty();
    }

    @Test
    void longOnesAreNobody() {
        assertThat(Upid.parse("a".repeat(Upid.MAX_ID_CHARACTERS) + "@h:1")).isPresent();
        assertThat(Upid.parse("a".repeat(Upid.MAX_ID_CHARACTERS + 1) + "@h:1")).isEmpty();
        assertThat(Upid.parse("a@" + "h".repeat(10_000) + ":1")).isEmpty();
        assertThat(Upid.parse("a".repeat(1_000_000))).isEmpty();
    }

    @Test
    void processesAtOneAddressDifferByIdOnly() {
        Upid first = new Upid("a", "h", 1);
        assertThat(first.withId("b")).isEqualTo(new Upid("b", "h", 1)).isNotEqualTo(first);
        assertThat(first.withId("b").address()).isEqualTo(first.address()).isEqualTo("h:1");
    }

    @Test
    void cannotBeMadeOfWhatCouldNotBeRead() {
        assertThatThrownBy(() -> new Upid("a b", "h", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a b@h:1' (expected: id@host:port");
        assertThatThrownBy(() -> new Upid("a", "h", 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
