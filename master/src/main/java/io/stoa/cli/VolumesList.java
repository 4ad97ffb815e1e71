package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;

/** A command that lists the persistent volumes. */
abstract class VolumesList extends ListCommand<VolumeRow> {

    @Override
    String target() {
        return "/slaves";
    }

    @Override
    Stream<VolumeRow> rows(JsonNode answer) {
        return VolumeRow.allOf(answer).stream();
    }

    @Override
    Listing<VolumeRow> table(Listing<VolumeRow> rows) {
        return rows.text("ID", VolumeRow::id)
                .text("ROLE", VolumeRow::role)
                .text("AGENT", VolumeRow::agentId)
                .text("HOST", VolumeRow::hostname)
                .text("PATH", VolumeRow::path)
                .number("SIZE MB", volume -> Amounts.of(volume.sizeMb()))
                .text("SHARED", volume -> volume.shared() ? "yes" : "no");
    }
}
