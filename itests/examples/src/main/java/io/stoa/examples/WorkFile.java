package io.stoa.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A JSON file with a list of things to run: {@code name}, {@code command}, {@code image}, {@code cpus}, {@code memMb}.
 */
public final class WorkFile {

    private static final Set<String> OF_PROGRAMS = Set.of("name", "command", "image", "cpus", "memMb");

    private WorkFile() {}

    /**
     * @param fields there may be besides those of programs
     * @throws IllegalArgumentException where it cannot be read, something else stands in it, or a name twice
     */
    public static <T> List<T> read(Path file, Set<String> fields, Function<JsonNode, T> entry) {
        JsonNode list;
        try {
            list = JsonMapper.builder().build().readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": " + kind(file) + " (expected: a file that can be read)", e);
        }
        if (!list.isArray()) {
            throw new IllegalArgumentException(file + ": " + list.getNodeType() + " (expected: ARRAY)");
        }
        Set<String> names = new HashSet<>();
        List<T> entries = new ArrayList<>();
        for (JsonNode node : list) {
            try {
                requireKnown(node, fields);
                String name = text(node, "name").orElse("");
                WorkId.requireName(name);
                if (!names.add(name)) {
                    throw new IllegalArgumentException("name: '" + name + "' twice (expected: once)");
                }
                entries.add(entry.apply(node));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ": entry " + (entries.size() + 1) + ": " + e.getMessage(), e);
            }
        }
        return entries;
    }

    /** Of a file that cannot be read. */
    private static String kind(Path file) {
        if (Files.isDirectory(file)) {
            return "a directory";
        }
        return Files.exists(file) ? "unreadable" : "missing";
    }

    private static void requireKnown(JsonNode node, Set<String> fields) {
        node.fieldNames().forEachRemaining(field -> {
            if (!OF_PROGRAMS.contains(field) && !fields.contains(field)) {
                throw new IllegalArgumentException(
                        field + ": unknown (expected: one of " + OF_PROGRAMS + " and " + fields + ")");
            }
        });
    }

    public static String name(JsonNode node) {
        return text(node, "name").orElseThrow();
    }

    public static Program program(JsonNode node) {
        return new Program(text(node, "command"), text(node, "image"), number(node, "cpus"), number(node, "memMb"));
    }

    private static Optional<String> text(JsonNode node, String field) {
        if (!node.has(field)) {
            return Optional.empty();
        }
        if (!node.path(field).isTextual()) {
            throw new IllegalArgumentException(field + ": " + node.path(field) + " (expected: a string)");
        }
        return Optional.of(node.path(field).textValue());
    }

    private static double number(JsonNode node, String field) {
        if (!node.path(field).isNumber()) {
            throw new IllegalArgumentException(field + ": " + node.path(field) + " (expected: a number)");
        }
        return node.path(field).doubleValue();
    }

    /** An integer, or what stands for it where the field is missing. */
    public static int integer(JsonNode node, String field, int otherwise) {
        if (!node.has(field)) {
            return otherwise;
        }
        if (!node.path(field).canConvertToInt() || !node.path(field).isIntegralNumber()) {
            throw new IllegalArgumentException(field + ": " + node.path(field) + " (expected: an integer)");
        }
        return node.path(field).intValue();
    }
}
