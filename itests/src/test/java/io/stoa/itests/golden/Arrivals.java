package io.stoa.itests.golden;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the server has said on one connection and nothing recorded has been found for yet. */
final class Arrivals implements AutoCloseable {

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
     * @param deadlineNs until when to wait for it, by {@link System#nanoTime}
     * @return whether there was one
     */
    boolean take(String lane, Predicate<Piece> alike, long deadlineNs) throws IOException, InterruptedException {
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
            if (!await(deadlineNs)) {
                return false;
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

    private boolean await(long deadlineNs) throws IOException, InterruptedException {
        Block block = closed ? null : connection.next(TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime()));
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
        long now = System.nanoTime();
        while (await(now)) {
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
