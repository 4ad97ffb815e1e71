package io.stoa.agent.recovery;

import java.io.IOException;

/** Counts everything that an agent does to the world outside, and ends the agent, or fails, at one of them. */
public final class FaultPoints {

    private final int at;
    private final Cut cut;
    private final boolean survived;
    private int passed;
    private boolean dead;

    /** Where the agent's life ends. */
    public enum Cut {
        BEFORE,
        /** Of what is written to a file, half arrives. */
        HALFWAY,
        AFTER
    }

    /** As {@code kill -9}: nobody catches it. */
    public static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }

    /** Something that the agent does. */
    public interface Deed<T> {

        T run() throws IOException;
    }

    /** @param at the number of the deed, from 0; negative: the agent lives on */
    public FaultPoints(int at, Cut cut) {
        this(at, cut, false);
    }

    private FaultPoints(int at, Cut cut, boolean survived) {
        this.at = at;
        this.cut = cut;
        this.survived = survived;
    }

    /** Half of that deed is done, then the disk is full, which the agent is told; for the next one there is room. */
    public static FaultPoints ofFullDisk(int at) {
        return new FaultPoints(at, Cut.HALFWAY, true);
    }

    public <T> T pass(Deed<T> whole) throws IOException {
        return pass(whole, whole);
    }

    /** @param half what is done of it where the agent ends halfway */
    public <T> T pass(Deed<T> whole, Deed<?> half) throws IOException {
        if (dead) {
            throw new Killed();
        }
        if (passed++ != at) {
            return whole.run();
        }
        dead = !survived;
        if (cut == Cut.HALFWAY) {
            half.run();
        } else if (cut == Cut.AFTER) {
            whole.run();
        }
        if (survived) {
            throw new IOException("No space left on device");
        }
        throw new Killed();
    }

    /** How many there were. */
    public int passed() {
        return passed;
    }

    public boolean isDead() {
        return dead;
    }
}
