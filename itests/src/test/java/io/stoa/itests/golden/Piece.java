package io.stoa.itests.golden;

import java.nio.charset.StandardCharsets;

/**
 * What is compared with one piece of a recording: an answer's head and body, one event, one offer.
 *
 * @param at seconds since the replay, or the recording, began
 * @param lane what keeps an order among itself, but for {@link #OFFERS} and {@link #RESCINDS}, which have none
 * @param event the JSON of an event; of OFFERS with one offer only; empty for other blocks
 */
record Piece(double at, String lane, Block block, Object event) {

    /** Whatever has its place in the stream. */
    static final String MAIN = "main";

    static final String OFFERS = "offers";
    static final String RESCINDS = "rescinds";

    boolean isInOrder() {
        return !lane.equals(OFFERS) && !lane.equals(RESCINDS);
    }

    boolean isEvent() {
        return block instanceof Block.StreamedEvent;
    }

    @Override
    public String toString() {
        return block instanceof Block.Response response
                ? response.head() + " " + new String(response.body(), StandardCharsets.UTF_8)
                : block instanceof Block.StreamedEvent
                        ? event.toString()
                        : block.getClass().getSimpleName();
    }
}
