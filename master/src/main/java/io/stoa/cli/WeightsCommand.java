package io.stoa.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "weights",
        description = "How much roles get, compared with their siblings. A role without a weight has 1.",
        subcommands = {WeightsCommand.ListAll.class, WeightsCommand.Set.class})
final class WeightsCommand extends WeightsList {

    @Command(name = "list", description = "List the weights that were set.")
    static final class ListAll extends WeightsList {}

    @Command(name = "set", description = "Set weights; those of other roles stay.")
    static final class Set extends CallCommand {

        @Parameters(arity = "1..*", paramLabel = "ROLE=WEIGHT", description = "More than 0.")
        private List<String> assignments = new ArrayList<>();

        @Override
        Call call(HttpEndpoint master) {
            Call.UpdateWeights.Builder update = Call.UpdateWeights.newBuilder();
            weights()
                    .forEach((role, weight) -> update.addWeightInfos(
                            WeightInfo.newBuilder().setRole(role).setWeight(weight)));
            return Call.newBuilder()
                    .setType(Call.Type.UPDATE_WEIGHTS)
                    .setUpdateWeights(update)
                    .build();
        }

        private Map<String, Double> weights() {
            Map<String, Double> weights = new LinkedHashMap<>();
            for (String assignment : assignments) {
                int equals = assignment.indexOf('=');
                String role = assignment.substring(0, Math.max(0, equals));
                if (weights.put(role, weight(assignment, assignment.substring(equals + 1))) != null) {
                    throw new CommandException(ExitCode.USAGE, assignment + ": role " + role + " has a weight already");
                }
            }
            return weights;
        }

        private static double weight(String assignment, String text) {
            try {
                double weight = Double.parseDouble(text);
                if (weight > 0 && !Double.isInfinite(weight) && assignment.indexOf('=') > 0) {
                    return weight;
                }
            } catch (NumberFormatException e) {
                // As for any other that is none.
            }
            throw new CommandException(
                    ExitCode.USAGE, assignment + ": no weight (expected: ROLE=WEIGHT, more than 0, less than 1.8e308)");
        }

        @Override
        String done() {
            return "the weight of " + String.join(", ", weights().keySet()) + " is set";
        }
    }
}
