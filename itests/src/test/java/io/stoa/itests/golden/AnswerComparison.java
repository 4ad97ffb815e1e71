package io.stoa.itests.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.master.Protos.Response;

/**
 * Compares an answer of an operators' endpoint with the recorded one: status, headers in their order, and the body
 * field by field. Free are times, versions, flags and metrics; the elements of an array may be in any order, since
 * Mesos keeps most of them in hash maps.
 */
final class AnswerComparison {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** When something was, what of which version, what a process uses, and what each server has of its own. */
    private static final Set<String> FREE = Set.of(
            "version",
            "build_date",
            "build_time",
            "start_time",
            "elected_time",
            "registered_time",
            "unregistered_time",
            "reregistered_time",
            "timestamp",
            "nanoseconds",
            "executor_pid",
            "mem_rss_bytes",
            "cpus_user_time_secs",
            "cpus_system_time_secs",
            "flags",
            "metrics");

    /** What elements go by; the first that there is. */
    private static final List<String> IDENTITIES = List.of("id", "task_id", "container_id", "executor_id", "name");

    private AnswerComparison() {}

    /** Each a path and what is different there. */
    static List<String> differences(Block.Response recorded, Block.Response actual) throws IOException {
        List<String> differences = new ArrayList<>();
        compare("/head", head(recorded), head(actual), differences);
        if (isOf("application/json", recorded, actual)) {
            compare("", JSON.readTree(recorded.body()), JSON.readTree(actual.body()), differences);
        } else if (isOf("application/x-protobuf", recorded, actual)) {
            compare("", message(recorded), message(actual), differences);
        } else {
            String expected = new String(recorded.body(), StandardCharsets.UTF_8);
            String found = new String(actual.body(), StandardCharsets.UTF_8);
            if (!expected.equals(found)) {
                differences.add("body: " + found + " (recorded: " + expected + ")");
            }
        }
        return differences;
    }

    private static JsonNode head(Block.Response response) {
        return JSON.valueToTree(response.head().stream()
                .map(line -> line.matches("(Date|Content-Length): .*") ? line.split(" ", 2)[0] : line)
                .toList());
    }

    private static boolean isOf(String type, Block.Response recorded, Block.Response actual) {
        String header = "Content-Type: " + type;
        return recorded.head().contains(header) && actual.head().contains(header);
    }

    private static JsonNode message(Block.Response response) throws IOException {
        return JSON.readTree(MesosJson.print(Response.parseFrom(response.body())));
    }

    private static void compare(String path, JsonNode recorded, JsonNode actual, List<String> differences) {
        if (FREE.contains(path.substring(path.lastIndexOf('/') + 1))
                && recorded.getNodeType() == actual.getNodeType()) {
            return;
        }
        if (recorded.isObject() && actual.isObject()) {
            compareFields(path, recorded, actual, differences);
        } else if (recorded.isArray() && actual.isArray()) {
            compareElements(path, recorded, actual, differences);
        } else if (!recorded.equals(actual)) {
            differences.add(path + ": " + actual + " (recorded: " + recorded + ")");
        }
    }

    private static void compareFields(String path, JsonNode recorded, JsonNode actual, List<String> differences) {
        List<String> expected = names(recorded);
        List<String> found = names(actual);
        for (String name : expected) {
            if (actual.has(name)) {
                compare(path + "/" + name, recorded.path(name), actual.path(name), differences);
            } else {
                differences.add(path + "/" + name + ": missing (recorded: " + recorded.path(name) + ")");
            }
        }
        for (String name : found) {
            if (!recorded.has(name)) {
                differences.add(path + "/" + name + ": " + actual.path(name) + " (recorded: nothing)");
            }
        }
        expected.retainAll(found);
        found.retainAll(expected);
        if (!expected.equals(found)) {
            differences.add(path + ": fields " + found + " (recorded: " + expected + ")");
        }
    }

    private static List<String> names(JsonNode object) {
        return new ArrayList<>(
                object.properties().stream().map(Map.Entry::getKey).toList());
    }

    /** Each recorded element with the one of its identity, or else with the one that differs least. */
    private static void compareElements(String path, JsonNode recorded, JsonNode actual, List<String> differences) {
        Set<Optional<JsonNode>> identities = new HashSet<>();
        recorded.forEach(element -> identities.add(identity(element)));
        List<JsonNode> others = new ArrayList<>();
        actual.forEach(others::add);
        int index = 0;
        for (JsonNode element : recorded) {
            String at = path + "/" + index++;
            List<JsonNode> candidates = candidates(element, others, identities);
            List<String> least = List.of(at + ": missing (recorded: " + element + ")");
            int nearest = -1;
            for (int i = 0; i < candidates.size() && !(nearest >= 0 && least.isEmpty()); i++) {
                List<String> found = new ArrayList<>();
                compare(at, element, candidates.get(i), found);
                if (nearest < 0 || found.size() < least.size()) {
                    nearest = i;
                    least = found;
                }
            }
            if (nearest >= 0) {
                others.remove(candidates.get(nearest));
            }
            differences.addAll(least);
        }
        others.forEach(other -> differences.add(path + ": " + other + " (recorded: no such element)"));
    }

    /** Not what another recorded element is. */
    private static List<JsonNode> candidates(
            JsonNode element, List<JsonNode> others, Set<Optional<JsonNode>> identities) {
        Optional<JsonNode> identity = identity(element);
        List<JsonNode> same = others.stream()
                .filter(other -> identity(other).equals(identity))
                .toList();
        return same.isEmpty()
                ? others.stream()
                        .filter(other -> !identities.contains(identity(other)))
                        .toList()
                : same;
    }

    private static Optional<JsonNode> identity(JsonNode element) {
        return IDENTITIES.stream().filter(element::has).map(element::get).findFirst();
    }
}
