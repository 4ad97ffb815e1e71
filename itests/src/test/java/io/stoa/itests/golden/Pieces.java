package io.stoa.itests.golden;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Cuts what servers say into pieces; heartbeats are left out but for the one that each stream begins with. */
final class Pieces {

    /** Every stream begins with SUBSCRIBED and a heartbeat. */
    private static final int BEGINNING = 2;

    private final Map<String, Integer> events = new HashMap<>();

    /** @param block the next one of its connection */
    List<Piece> of(Block block) throws IOException {
        double at = block.at();
        if (!(block instanceof Block.StreamedEvent streamed)) {
            return List.of(new Piece(at, Piece.MAIN, block, Map.of()));
        }
        boolean begins = events.merge(streamed.connection(), 1, Integer::sum) <= BEGINNING;
        Map<?, ?> event = Comparison.tree(streamed.record());
        String type = String.valueOf(event.get("type"));
        if (begins) {
            return List.of(new Piece(at, Piece.MAIN, block, event));
        }
        return switch (type) {
            case "HEARTBEAT" -> List.of();
            case "OFFERS" ->
                ((List<?>) at(event, "offers", "offers"))
                        .stream().map(offer -> offer(at, block, offer)).toList();
            case "RESCIND" -> List.of(new Piece(at, Piece.RESCINDS, block, event));
            case "UPDATE" -> {
                String task = String.valueOf(at(event, "update", "status", "task_id", "value"));
                yield List.of(new Piece(at, "updates of " + task, block, event));
            }
            default -> List.of(new Piece(at, Piece.MAIN, block, event));
        };
    }

    private static Piece offer(double at, Block block, Object offer) {
        return new Piece(at, Piece.OFFERS, block, Map.of("offer", offer));
    }

    private static Object at(Object tree, String... path) {
        Object found = tree;
        for (String name : path) {
            found = Objects.requireNonNull(((Map<?, ?>) found).get(name), name);
        }
        return found;
    }
}
