package io.stoa.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTextsTest {

    @Test
    void whatIsShortStaysAsItIs() {
        assertThat(StatusTexts.shortened("")).isEmpty();
        assertThat(StatusTexts.shortened("cpus: -1 (expected: > 0)")).isEqualTo("cpus: -1 (expected: > 0)");
        assertThat(StatusTexts.shortened("x".repeat(1_900))).isEqualTo("x".repeat(1_900));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%", "\n", "ü", "€", "😀"})
    void ofWhatIsLongTheMiddleIsLeftOut(String piece) {
        String text = StatusTexts.shortened("field: '" + piece.repeat(12_000) + "' (expected: another)");

        assertThat(text)
                .startsWith("field: '" + piece)
                .endsWith(piece + "' (expected: another)")
                .contains(" characters left out) ...");
        assertThat(sentBytes(text)).isBetween(1_200, StatusTexts.MAX_BYTES);
    }

    @Test
    void itIsSaidHowMuchWasLeftOut() {
        assertThat(StatusTexts.shortened("x".repeat(12_000)))
                .isEqualTo("x".repeat(1_200) + "... (10100 characters left out) ..." + "x".repeat(700));
    }

    /** As gRPC's protocol has it; no character may be torn. */
    private static int sentBytes(String text) {
        assertThat(UTF_8.newEncoder().canEncode(text)).isTrue();
        int bytes = 0;
        for (byte each : text.getBytes(UTF_8)) {
            bytes += each >= ' ' && each <= '~' && each != '%' ? 1 : 3;
        }
        return bytes;
    }
}
