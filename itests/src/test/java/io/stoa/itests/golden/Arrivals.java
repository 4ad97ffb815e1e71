package io.stoa.itests.golden;

import io.stoa.testing.Patience;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the server has said on one connection and nothing recorded has been found for yet. */
final class Arrivals implements AutoCloseable {

    private static final long MOMENT_MS = 50;

    private final RawConnection connection;
    private final Pieces pieces = new Pieces();
    private final List<Piece> pending = new ArrayList<>();
    private boolean closed;

    Arrivals(RawConnection connection) {
        this.connection = connection;
    }

    void send(String method, byte[] request) throws IOException {
        connection.send(method, request);
    }

    /**
     * Takes the first piece of a lane or, in a lane without order, the first one that is alike.
     *
     * @param patience with which to wait for it
     * @return whether there was one
     */
    boolean take(String lane, Predicate<Piece> alike, Patience patience) throws IOException, InterruptedException {
        while (true) {
            for (Piece piece : List.copyOf(pending)) {
                if (piece.lane().equals(lane)) {
                    if (alike.test(piece)) {
                        pending.remove(piece);
                        return true;
                    }
                    if (piece.isInOrder()) {
                        return false;
                    }
                }
            }
            while (!hear(MOMENT_MS)) {
                if (closed || patience.isOver()) {
                    return false;
                }
            }
        }
    }

    /** Removes and shows what is there in place of a piece that was not found. */
    String first(Piece missed) {
        for (Piece piece : pending) {
            if (piece.lane().equals(missed.lane())) {
                pending.remove(piece);
                return piece.toString();
            }
        }
        return "nothing";
    }

    private boolean hear(long timeoutMs) throws IOException, InterruptedException {
        Block block = closed ? null : connection.next(timeoutMs);
        if (block == null) {
            return false;
        }
        pending.addAll(pieces.of(block));
        return true;
    }

    /** What has come and was not recorded; the end of a connection that nobody uses any more does not count. */
    List<Piece> unexpected() throws IOException, InterruptedException {
        drain();
        return pending.stream()
                .filter(piece -> !(piece.block() instanceof Block.ClosedByServer))
                .toList();
    }

    private void drain() throws IOException, InterruptedException {
        while (hear(0)) {
            // Until nothing is left that has come already.
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        drain();
        closed = true;
        connection.close();
    }
}
