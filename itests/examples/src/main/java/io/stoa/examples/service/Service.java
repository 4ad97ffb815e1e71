package io.stoa.examples.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.examples.Program;
import io.stoa.examples.WorkFile;
import io.stoa.examples.WorkId;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Some instances of a program that are to run at all times.
 *
 * @param instances how many
 * @param priority the higher, the more important
 */
record Service(String name, Program program, int instances, int priority) {

    private static final int MAX_INSTANCES = 10_000;

    Service {
        WorkId.requireName(name);
        if (instances < 0 || instances > MAX_INSTANCES) {
            throw new IllegalArgumentException("instances: " + instances + " (expected: 0 to " + MAX_INSTANCES + ")");
        }
    }

    /** @throws IllegalArgumentException where something in the file is not as it has to be */
    static List<Service> read(Path file) {
        return WorkFile.read(file, Set.of("instances", "priority"), Service::of);
    }

    private static Service of(JsonNode node) {
        return new Service(
                WorkFile.name(node),
                WorkFile.program(node),
                WorkFile.integer(node, "instances", 1),
                WorkFile.integer(node, "priority", 0));
    }
}
