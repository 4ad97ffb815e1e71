package io.stoa.state.transaction;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one mutation comes to: either a conflict or changes, which may be none. */
record Verdict(@Nullable Conflict conflict, List<StateChange> changes) {

    static final Verdict NOTHING = new Verdict(null, List.of());

    static Verdict refused(Conflict conflict) {
        return new Verdict(conflict, List.of());
    }

    static Verdict of(List<StateChange> changes) {
        return new Verdict(null, changes);
    }

    static Verdict of(StateChange change) {
        return of(List.of(change));
    }
}
