package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.testing.Patience;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {

    private ReplicatedState state;

    @BeforeEach
    void lead() throws Exception {
        state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD);
    }

    @AfterEach
    void close() {
        state.close();
    }

    @Test
    void weightsOfTheFlagCountWhereNobodyHasSetAny() {
        set(Map.of("web", 2.5, "batch", 1.0));

        expect(Map.of("web", 2.5, "batch", 1.0));
    }

    @Test
    void weightsOfTheFlagAreIgnoredWhereSomebodyHas() {
        set(Map.of("web", 2.5));
        expect(Map.of("web", 2.5));

        set(Map.of("web", 7.0, "batch", 1.0));
        set(Map.of());

        expect(Map.of("web", 2.5));
    }

    private void set(Map<String, Double> weights) {
        InitialWeights.set(state, new TreeMap<>(weights));
    }

    private void expect(Map<String, Double> weights) {
        Patience.await()
                .untilAsserted(() ->
                        assertThat(state.snapshot().roleSettings().weights()).isEqualTo(weights));
    }
}
