package io.stoa.cli;

import java.util.OptionalLong;

/** Prints a growing file of a sandbox. Belongs to one thread. */
final class FileTail {

    private final Sandbox sandbox;
    private final String file;
    private final PrefixedLines out;
    private long printed;

    FileTail(Sandbox sandbox, String file, PrefixedLines out) {
        this.sandbox = sandbox;
        this.file = file;
        this.out = out;
    }

    /**
     * Prints what there is now and has not been printed.
     *
     * @return false where there is no such file
     */
    boolean catchUp() {
        OptionalLong size = sandbox.size(file);
        while (printed < size.orElse(0)) {
            Sandbox.Piece piece = sandbox.read(file, printed, size.getAsLong());
            out.print(piece.text());
            printed = piece.end();
        }
        return size.isPresent();
    }
}
