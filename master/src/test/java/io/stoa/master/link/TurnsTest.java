package io.stoa.master.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final long INTERVAL_MS = 1_000;

    private final Turns turns = new Turns(INTERVAL_MS);

    private static AgentId agent(int number) {
        return new AgentId("agent-" + number);
    }

    private List<List<AgentId>> round() {
        return IntStream.range(0, turns.count()).mapToObj(turn -> turns.next()).toList();
    }

    @Test
    void thereIsOneEvery50MsAndNoMoreThan250() {
        assertThat(turns.count()).isEqualTo(20);
        assertThat(new Turns(1).count()).isOne();
        assertThat(new Turns(15_000).count()).isEqualTo(250);
        assertThat(new Turns(Long.MAX_VALUE).count()).isEqualTo(250);
    }

    @Test
    void everybodyHasTheSameOneInEachRoundWhoeverComesAndGoes() {
        IntStream.range(0, 1_000).mapToObj(TurnsTest::agent).forEach(turns::add);
        List<List<AgentId>> first = round();

        IntStream.range(0, 100).mapToObj(TurnsTest::agent).forEach(turns::remove);
        IntStream.range(1_000, 3_000).mapToObj(TurnsTest::agent).forEach(turns::add);
        turns.add(agent(500));

        List<List<AgentId>> second = round();
        for (int turn = 0; turn < turns.count(); turn++) {
            List<AgentId> stayed = new ArrayList<>(first.get(turn));
            stayed.removeAll(IntStream.range(0, 100).mapToObj(TurnsTest::agent).toList());
            assertThat(second.get(turn)).containsAll(stayed);
        }
        assertThat(second.stream().flatMap(List::stream)).hasSize(2_900).doesNotHaveDuplicates();
    }

    @Test
    void allHaveAsManyMembersWhenSomeHaveLeftToo() {
        IntStream.range(0, 1_000).mapToObj(TurnsTest::agent).forEach(turns::add);
        turns.next().forEach(turns::remove);
        turns.next();
        IntStream.range(1_000, 1_050).mapToObj(TurnsTest::agent).forEach(turns::add);

        assertThat(round()).allSatisfy(members -> assertThat(members).hasSize(50));
    }

    @Test
    void whoComesFirstHasTheWholeIntervalBeforeHis() {
        turns.next();
        turns.add(agent(1));
        turns.add(agent(2));

        List<List<AgentId>> round = round();

        assertThat(round.get(turns.count() - 1)).containsExactly(agent(1));
        assertThat(round.get(turns.count() - 2)).containsExactly(agent(2));
    }
}
