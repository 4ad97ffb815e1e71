package io.stoa.driver.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:5050, 10.0.0.1:5050",
        "leader.mesos:80, leader.mesos:80",
        "master@10.0.0.1:5050, 10.0.0.1:5050",
        "http://leader:5050, leader:5050",
        "http://leader:5050/, leader:5050",
        "'  leader:5050 ', leader:5050"
    })
    void anAddressIsTheLeaders(String master, String leader) {
        assertThat(told(master)).isEqualTo(leader);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "local",
                "leader",
                "leader:",
                "leader:0",
                "leader:65536",
                ":5050",
                "a b:5050",
                "ftp://x:1/",
                "x:1/y"
            })
    void anythingElseIsNotUnderstood(String master) {
        assertThatThrownBy(() -> told(master))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Failed to parse '");
    }

    @Test
    void aFileHoldsAnAddress(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("master"), "10.0.0.1:5050\n");

        assertThat(told("file://" + file)).isEqualTo("10.0.0.1:5050");
        assertThatThrownBy(() -> told("file://" + directory.resolve("nosuch")))
                .hasMessageStartingWith("Failed to read from file at '");
        Files.writeString(file, "file://" + file);
        assertThatThrownBy(() -> told("file://" + file)).hasMessageStartingWith("Failed to parse 'file://");
    }

    @Test
    void aZooKeeperUrlNeedsAPathAndServers() {
        for (String url : new String[] {"zk://h:1", "zk://h:1/", "zk://u:p@h:1//"}) {
            assertThatThrownBy(() -> told(url)).as(url).hasMessageContaining("Expecting a (chroot) path");
        }
        assertThatThrownBy(() -> told("zk:///mesos")).hasMessageContaining("servers");
        assertThatThrownBy(() -> told("zk://h:port/mesos")).hasMessageContaining("zk://h:port/mesos");
    }

    @Test
    void aZooKeeperUrlHidesItsPassword() {
        ZooKeeperUrl url = ZooKeeperUrl.parse("zk://user:p@ss/w@h1:1,h2:2/a/b/");

        assertThat(url.credentials()).isEqualTo("user:p@ss/w");
        assertThat(url.servers()).isEqualTo("h1:1,h2:2");
        assertThat(url.path()).isEqualTo("/a/b");
        assertThat(url).hasToString("zk://h1:1,h2:2/a/b");
    }

    private static String told(String master) {
        MasterDetector detector = MasterAddress.detector(master, DetectorTimes.usual());
        HeardLeaders heard = new HeardLeaders();
        detector.start(heard);
        detector.close();
        return heard.next();
    }
}
