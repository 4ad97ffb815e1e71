package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.state.resources.Resources;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** Resources as users type and read them: {@code cpus:1;mem:128}. */
final class ResourceText {

    private ResourceText() {}

    /** @throws CommandException usage, with Mesos' text */
    static Resources parse(String text) {
        try {
            Resources resources = Resources.parse(text);
            if (!resources.isEmpty()) {
                return resources;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        throw new CommandException(ExitCode.USAGE, "no resources (expected: as in cpus:1;mem:128)");
    }

    /**
     * Amounts by name; empty for an empty text.
     *
     * @throws CommandException usage, for what is no amount and would not be limited by anybody
     */
    static Map<String, Value.Scalar> amounts(String text) {
        SortedMap<String, Value.Scalar> amounts = new TreeMap<>();
        Resources resources = text.isEmpty() ? Resources.EMPTY : parse(text);
        for (Resource resource : resources.toProto()) {
            if (resource.getType() != Value.Type.SCALAR || resource.getName().equals("ports")) {
                throw new CommandException(
                        ExitCode.USAGE,
                        resource.getName() + ": a quota holds for amounts only (expected: as in cpus:1;mem:128)");
            }
        }
        resources
                .quantities()
                .forEach((name, milli) -> amounts.put(
                        name, Value.Scalar.newBuilder().setValue(milli / 1000.0).build()));
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
