package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PiecesTest {

    private static final String HEARTBEAT = "{\"type\":\"HEARTBEAT\"}";
    private static final String UUID = "2ca7970e-ae3e-4e92-af9a-72b65664781";

    private final Pieces pieces = new Pieces();

    private List<Piece> of(String event) throws IOException {
        return pieces.of(new Block.StreamedEvent(1, "S", event.getBytes(StandardCharsets.UTF_8)));
    }

    private static String update(String task) {
        return "{\"type\":\"UPDATE\",\"update\":{\"status\":{\"task_id\":{\"value\":\"" + task + "\"}}}}";
    }

    private void begin() throws IOException {
        assertThat(of("{\"type\":\"SUBSCRIBED\"}")).extracting(Piece::lane).containsExactly(Piece.MAIN);
        assertThat(of(HEARTBEAT)).extracting(Piece::lane).containsExactly(Piece.MAIN);
    }

    @Test
    void onlyTheFirstHeartbeatCounts() throws IOException {
        begin();
        assertThat(of(HEARTBEAT)).isEmpty();
    }

    @Test
    void offersFallApart() throws IOException {
        begin();
        assertThat(of("{\"type\":\"OFFERS\",\"offers\":{\"offers\":[{\"id\":1},{\"id\":2}]}}"))
                .noneMatch(Piece::isInOrder)
                .hasSize(2);
    }

    @Test
    void onlyUpdatesOfOneTaskKeepAnOrder() throws IOException {
        begin();
        Piece first = of(update("a")).get(0);
        assertThat(first.isInOrder()).isTrue();
        assertThat(of(update("a")).get(0).lane()).isEqualTo(first.lane());
        assertThat(of(update("b")).get(0).lane()).isNotEqualTo(first.lane());
    }

    @Test
    void whatIsNotAlikeBindsNoIds() {
        Correspondence ids = new Correspondence();
        assertThat(ids.attempt(() -> ids.sameText(UUID + "a x", UUID + "b y"))).isFalse();
        assertThat(ids.attempt(() -> ids.sameText(UUID + "a x", UUID + "c x"))).isTrue();
        assertThat(ids.translate(UUID + "a")).isEqualTo(UUID + "c");
    }

    @Test
    void aDifferenceIsKnownOrNotAndAKnownOneOccursOrNot() throws IOException {
        KnownDifferences known = KnownDifferences.of("06-task-validation-failures.txt");
        Difference listed = new Difference(1, "S", "", "{value=v-twoagents}", "nothing");
        Difference unlisted = new Difference(1, "S", "", "{value=v-1}", "nothing");
        assertThat(known.unlisted(List.of(listed, unlisted))).containsExactly(unlisted);
        assertThat(known.gone(List.of(listed))).isNotEmpty().noneMatch(line -> line.contains("{value=v-twoagents}"));
        assertThat(KnownDifferences.of("08-errors.txt").gone(List.of())).isEmpty();
    }
}
