package io.stoa.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterDetectorTest {

    private final List<Optional<LeadingMaster>> told = new ArrayList<>();

    @Test
    void aFixedAddressLeadsForEver() {
        MasterDetector.open("somewhere:5050", told::add);

        assertThat(told).containsExactly(Optional.of(leader("somewhere", 5050)));
    }

    @Test
    void anIpV6AddressIsGivenInBrackets() {
        MasterDetector.open("[::1]:5050", told::add);

        assertThat(told.get(0)).contains(leader("::1", 5050));
        assertThat(told.get(0).orElseThrow().address()).isEqualTo("[::1]:5050");
    }

    @Test
    void theAddressMayBeInAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("master"), "somewhere:5050\n");

        MasterDetector.open("file://" + file, told::add);

        assertThat(told).containsExactly(Optional.of(leader("somewhere", 5050)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "somewhere", "somewhere:", ":5050", "somewhere:0", "somewhere:65536", "somewhere:http"})
    void anythingElseIsRefused(String master) {
        assertThatThrownBy(() -> MasterDetector.open(master, told::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: host:port");
    }

    private static LeadingMaster leader(String host, int port) {
        return new LeadingMaster(host, port, host, Optional.empty());
    }
}
