package io.stoa.state.journal.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooKeeperUrlTest {

    @Test
    void serversPathAndCredentialsAreReadAsMesosWritesThem() {
        assertThat(ZooKeeperUrl.parse("zk://user:pass@one:2181,two:2182/mesos/prod/"))
                .isEqualTo(new ZooKeeperUrl("one:2181,two:2182", "/mesos/prod", Optional.of("user:pass")));
    }

    @Test
    void credentialsMayBeMissing() {
        assertThat(ZooKeeperUrl.parse("zk://one:2181/mesos").credentials()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "one:2181/mesos",
                "zk://",
                "zk:///mesos",
                "zk://one:2181",
                "zk://one:2181/",
                "zk://@one:2181/mesos",
                "zk://user@one:2181/mesos"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> ZooKeeperUrl.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passwordsAreNeverShown() {
        assertThat(ZooKeeperUrl.parse("zk://user:secret@one:2181/mesos")).hasToString("zk://***@one:2181/mesos");
        assertThatThrownBy(() -> ZooKeeperUrl.parse("zk://user:secret@one:2181"))
                .hasMessageNotContaining("secret");
    }
}
