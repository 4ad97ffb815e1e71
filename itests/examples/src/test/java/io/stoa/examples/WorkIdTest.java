package io.stoa.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkIdTest {

    @Test
    void anIdIsReadAsItIsWritten() {
        WorkId id = new WorkId("web-1", 3, 4);
        assertThat(id).hasToString("web-1.3.4");
        assertThat(WorkId.parse("web-1.3.4")).contains(id);
        assertThat(id.next()).hasToString("web-1.3.5");
        assertThat(id.first()).hasToString("web-1.3.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web", "web.3", "web.3.x", "web.-3.0", "a.b.1.2", "web.3.4.", "web.3.9999999999"})
    void idsOfOthersAreNone(String taskId) {
        assertThat(WorkId.parse(taskId)).isEmpty();
    }

    @Test
    void whatCannotBePartOfAnIdIsRefused() {
        assertThatThrownBy(() -> new WorkId("a.b", 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name: 'a.b' (expected: [A-Za-z0-9_-]{1,60})");
        assertThatThrownBy(() -> new WorkId("a", -1, 0)).hasMessage("number and attempt of a: -1, 0 (expected: >= 0)");
    }

    @Test
    void triesAreInOrder() {
        assertThat(Stream.of("b.0.0", "a.10.0", "a.2.10", "a.2.9")
                        .map(id -> WorkId.parse(id).orElseThrow())
                        .sorted())
                .hasToString(List.of("a.2.9", "a.2.10", "a.10.0", "b.0.0").toString());
    }
}
