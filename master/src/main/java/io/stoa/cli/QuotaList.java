package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A command that lists the quotas. */
abstract class QuotaList extends ListCommand<QuotaList.Row> {

    /** @param limits what is not named is not limited */
    record Row(String role, SortedMap<String, Double> guarantees, SortedMap<String, Double> limits) {}

    @Override
    String target() {
        return "/quota";
    }

    @Override
    Stream<Row> rows(JsonNode answer) {
        return StreamSupport.stream(answer.path("configs").spliterator(), false)
                .map(config -> new Row(
                        config.path("role").asText(),
                        ResourceText.read(config.path("guarantees")),
                        ResourceText.read(config.path("limits"))));
    }

    @Override
    Listing<Row> table(Listing<Row> rows) {
        return rows.text("ROLE", Row::role)
                .text("GUARANTEE", row -> ResourceText.print(row.guarantees()))
                .text("LIMIT", row -> ResourceText.print(row.limits()));
    }
}
