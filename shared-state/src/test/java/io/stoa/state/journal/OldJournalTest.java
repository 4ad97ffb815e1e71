package io.stoa.state.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.journal.Change;
import io.stoa.proto.journal.FrameworkRecord;
import io.stoa.proto.journal.SnapshotHeader;
import io.stoa.proto.journal.SnapshotRecord;
import io.stoa.proto.journal.Transaction;
import io.stoa.state.Fixtures;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.StateVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Journals that were written before a field was added are read. */
class OldJournalTest {

    private static final FrameworkRecord MARATHON = FrameworkRecord.newBuilder()
            .setInfo(Fixtures.framework(Fixtures.MARATHON).info().toByteString())
            .setRegisteredAtMs(2_000)
            .build();

    @Test
    void frameworkOfAnEntryWithoutGenerationsHasTheFirst() throws Exception {
        Transaction transaction = Transaction.newBuilder()
                .addChanges(Change.newBuilder().setFrameworkAdmitted(MARATHON))
                .build();

        ClusterState state =
                EntryCodec.replay(ClusterState.EMPTY, EntryCodec.encode(new StateVersion(1), List.of(transaction)));

        assertThat(generation(state)).isEqualTo(StateVersion.ZERO);
    }

    @Test
    void frameworkOfASnapshotWithoutGenerationsHasTheFirst() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SnapshotRecord.newBuilder()
                .setHeader(SnapshotHeader.newBuilder().setVersion(7).setRecords(1))
                .build()
                .writeDelimitedTo(bytes);
        SnapshotRecord.newBuilder().setFramework(MARATHON).build().writeDelimitedTo(bytes);

        ClusterState state = SnapshotCodec.read(new ByteArrayInputStream(bytes.toByteArray()));

        assertThat(generation(state)).isEqualTo(StateVersion.ZERO);
    }

    private static StateVersion generation(ClusterState state) {
        return state.framework(Fixtures.MARATHON).orElseThrow().generation();
    }
}
