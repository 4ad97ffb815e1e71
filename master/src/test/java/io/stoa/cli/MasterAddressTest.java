package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:6060,http://10.0.0.1:6060",
        "master.example,http://master.example:5050",
        "http://m:5050/,http://m:5050",
        "[::1]:5050,http://[::1]:5050"
    })
    void readsHostAndPortWithAndWithoutScheme(String address, String expected) {
        assertThat(MasterAddress.resolve(address)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":5050", "https://m:5050", "http://m:5050/state", "a b", "m:port", "zk://", "zk://host"})
    void whatIsNoAddressIsAWrongCommandLine(String address) {
        assertThatThrownBy(() -> MasterAddress.resolve(address))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("--master");
    }
}
