package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.state.resources.Resources;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Value;

/** Resources as users type and read them: {@code cpus:1;mem:128}. */
final class ResourceText {

    /** A name and a number. */
    private static final Pattern AMOUNT = Pattern.compile("([^:;(){}\\[\\]]+):([0-9]+(?:\\.[0-9]+)?)");

    private ResourceText() {}

    /** @throws CommandException usage, with Mesos' text, or where a role is named, which options do */
    static Resources parse(String text) {
        try {
            Resources resources = Resources.parse(text);
            if (resources.toProto().stream().anyMatch(resource -> resource.getReservationsCount() > 0)) {
                throw new CommandException(
                        ExitCode.USAGE, text + ": no role may be named there (expected: as in cpus:1;mem:128)");
            }
            if (!resources.isEmpty()) {
                return resources;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        throw new CommandException(ExitCode.USAGE, "no resources (expected: as in cpus:1;mem:128)");
    }

    /**
     * Amounts by name, those of 0 too; empty for an empty text.
     *
     * @throws CommandException usage, for what is no amount and would not be limited by anybody
     */
    static Map<String, Value.Scalar> amounts(String text) {
        SortedMap<String, Value.Scalar> amounts = new TreeMap<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(";", -1)) {
            Matcher amount = AMOUNT.matcher(part.strip());
            if (!amount.matches() || amount.group(1).equals("ports")) {
                throw new CommandException(
                        ExitCode.USAGE,
                        part.strip() + ": a quota holds for amounts only (expected: as in cpus:1;mem:128)");
            }
            Value.Scalar value = Value.Scalar.newBuilder()
                    .setValue(Double.parseDouble(amount.group(2)))
                    .build();
            if (amounts.put(amount.group(1), value) != null) {
                throw new CommandException(ExitCode.USAGE, amount.group(1) + " is named twice: " + text);
            }
        }
        return amounts;
    }

    /** @param amounts numbers by name */
    static SortedMap<String, Double> read(JsonNode amounts) {
        SortedMap<String, Double> read = new TreeMap<>();
        amounts.properties().forEach(amount -> {
            JsonNode value = amount.getValue();
            read.put(amount.getKey(), value.isObject() ? value.path("value").asDouble() : value.asDouble());
        });
        return read;
    }

    /** {@code cpus:1;mem:128}, as {@link #parse} reads it. */
    static String print(Map<String, Double> amounts) {
        return amounts.entrySet().stream()
                .map(amount -> amount.getKey() + ":" + Amounts.of(amount.getValue()))
                .collect(Collectors.joining(";"));
    }
}
