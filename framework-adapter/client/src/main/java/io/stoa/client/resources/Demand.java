package io.stoa.client.resources;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is wanted, wherever on a host it comes from.
 *
 * @param scalars amounts by name, such as {@code cpus} (of one), {@code mem} and {@code disk} (in MiB); more than 0
 *     each
 * @param ports how many, of any number
 */
public record Demand(Map<String, Double> scalars, int ports) {

    public Demand {
        scalars = Map.copyOf(scalars);
        scalars.forEach((name, amount) -> {
            if (!(amount > 0) || amount > 1e12) {
                throw new IllegalArgumentException(name + ": " + amount + " (expected: > 0 and <= 1e12)");
            }
        });
        if (ports < 0 || ports > 65_536) {
            throw new IllegalArgumentException("ports: " + ports + " (expected: 0 to 65536)");
        }
    }

    public static Demand of(double cpus, double memMb) {
        return new Demand(Map.of("cpus", cpus, "mem", memMb), 0);
    }

    public Demand with(String name, double amount) {
        Map<String, Double> more = new TreeMap<>(scalars);
        more.put(name, amount);
        return new Demand(more, ports);
    }

    public Demand withPorts(int count) {
        return new Demand(scalars, count);
    }
}
