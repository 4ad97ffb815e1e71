package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A command that lists the weights. */
abstract class WeightsList extends ListCommand<WeightsList.Row> {

    /** A role's weight. */
    record Row(String role, double weight) {}

    @Override
    String target() {
        return "/weights";
    }

    @Override
    Stream<Row> rows(JsonNode answer) {
        return StreamSupport.stream(answer.spliterator(), false)
                .map(info ->
                        new Row(info.path("role").asText(), info.path("weight").asDouble()));
    }

    @Override
    Listing<Row> table(Listing<Row> rows) {
        return rows.text("ROLE", Row::role).number("WEIGHT", row -> Amounts.exactly(row.weight()));
    }
}
