package io.stoa.state.journal;

import java.util.List;

/** What a look into the journal finds. */
public sealed interface ReadResult {

    /** @param entries in order, the first at the index asked for; empty where there is none yet */
    record Entries(List<byte[]> entries) implements ReadResult {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /** The entries have given way to a snapshot that is as new or newer. */
    record Compacted() implements ReadResult {}
}
