package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.state.model.ClusterState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectDispatcherTest {

    private final List<String> heard = new ArrayList<>();
    private final EffectDispatcher effects = new EffectDispatcher(() -> heard.add("the term ends"));

    @Test
    void whatIsCommittedWhileNobodyLeadsHasNoEffect() {
        effects.dispatchTo((snapshot, changes) -> heard.add("told"));
        effects.dispatchTo(null);

        effects.committed(ClusterState.EMPTY, List.of());

        assertThat(heard).isEmpty();
    }

    @Test
    void aPartThatFailsEndsTheTermAndNothingLeavesBehindWhatWasLost() {
        effects.dispatchTo((snapshot, changes) -> {
            throw new IllegalStateException("broken");
        });

        assertThatThrownBy(() -> effects.committed(ClusterState.EMPTY, List.of()))
                .isInstanceOf(IllegalStateException.class);
        effects.committed(ClusterState.EMPTY, List.of());
        assertThat(heard).containsExactly("the term ends");

        effects.dispatchTo((snapshot, changes) -> heard.add("the next term is told"));
        effects.committed(ClusterState.EMPTY, List.of());
        assertThat(heard).containsExactly("the term ends", "the next term is told");
    }
}
