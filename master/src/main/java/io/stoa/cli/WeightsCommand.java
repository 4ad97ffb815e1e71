package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "weights",
        description = "How much roles get, compared with their siblings. A role without a weight has 1.",
        subcommands = {WeightsCommand.ListAll.class, WeightsCommand.Set.class})
final class WeightsCommand {

    /** A role's weight. */
    record Row(String role, double weight) {}

    @Command(name = "list", description = "List the weights that were set.")
    static final class ListAll extends ListCommand<Row> {

        @Override
        String target() {
            return "/weights";
        }

        @Override
        Stream<Row> rows(JsonNode answer) {
            return StreamSupport.stream(answer.spliterator(), false)
                    .map(info -> new Row(
                            info.path("role").asText(), info.path("weight").asDouble()));
        }

        @Override
        Listing<Row> table(Listing<Row> rows) {
            return rows.text("ROLE", Row::role).number("WEIGHT", row -> Amounts.of(row.weight()));
        }
    }

    @Command(name = "set", description = "Set weights; those of other roles stay.")
    static final class Set extends CallCommand {

        @Parameters(arity = "1..*", paramLabel = "ROLE=WEIGHT", description = "More than 0.")
        private Map<String, Double> weights = new LinkedHashMap<>();

        @Override
        Call call(HttpEndpoint master) {
            Call.UpdateWeights.Builder update = Call.UpdateWeights.newBuilder();
            weights.forEach((role, weight) ->
                    update.addWeightInfos(WeightInfo.newBuilder().setRole(role).setWeight(weight)));
            return Call.newBuilder()
                    .setType(Call.Type.UPDATE_WEIGHTS)
                    .setUpdateWeights(update)
                    .build();
        }

        @Override
        String done() {
            return "the weight of " + String.join(", ", weights.keySet()) + " is set";
        }
    }
}
