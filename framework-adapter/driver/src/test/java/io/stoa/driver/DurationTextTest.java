package io.stoa.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "5secs, 5000",
        "15mins, 900000",
        "1.5hrs, 5400000",
        "2days, 172800000",
        "1weeks, 604800000",
        "250ms, 250",
        "1500us, 1",
        "999999ns, 0",
        "0ns, 0"
    })
    void everyUnitOfMesosIsUnderstood(String text, long millis) {
        assertThat(DurationText.millis(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "secs", "5 secs", "-5secs", "5seconds", "1e3secs"})
    void anythingElseIsNot(String text) {
        assertThatThrownBy(() -> DurationText.millis(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid duration '" + text + "' (expected: such as 5secs)");
    }
}
