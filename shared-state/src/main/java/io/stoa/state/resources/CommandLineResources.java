package io.stoa.state.resources;

import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

/**
 * Reads the resources that are named where a program is started, as text or JSON; the words of its errors are Mesos'.
 */
@SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
final class CommandLineResources {

    private CommandLineResources() {}

    /** @throws IllegalArgumentException where the text is malformed, or a resource may not come from there */
    static List<Resource> read(String text, String defaultRole) {
        List<Resource> resources = parse(text, defaultRole);
        Map<String, Value.Type> types = new HashMap<>();
        for (Resource resource : resources) {
            String invalidity = ResourceValidator.invalidity(resource);
            if (invalidity == null) {
                invalidity = unfit(resource, types);
            }
            if (invalidity != null) {
                throw new IllegalArgumentException(invalidity);
            }
        }
        return resources;
    }

    private static List<Resource> parse(String text, String defaultRole) {
        if (!text.trim().startsWith("[")) {
            return ResourceTextParser.parse(text, defaultRole);
        }
        try {
            return MesosJson.parseArray(text.getBytes(StandardCharsets.UTF_8), Resource.getDefaultInstance()).stream()
                    .map(resource -> resource.hasRole() || resource.getReservationsCount() > 0
                            ? resource
                            : resource.toBuilder().setRole(defaultRole).build())
                    .toList();
        } catch (MesosJsonException e) {
            throw new IllegalArgumentException("Some JSON resources were not formatted properly: " + e.getMessage(), e);
        }
    }

    private static @Nullable String unfit(Resource resource, Map<String, Value.Type> types) {
        if (resource.getDisk().hasPersistence()) {
            return "Persistent volumes cannot be specified at the command line";
        }
        if (resource.hasRevocable()) {
            return "Revocable resources cannot be specified at the command line; do not include a 'revocable' key in"
                    + " the resources JSON";
        }
        if (resource.hasReservation()
                || resource.getReservationsList().stream()
                        .anyMatch(reservation -> reservation.getType() == ReservationInfo.Type.DYNAMIC)) {
            return "Dynamic reservations cannot be specified at the command line; do not include a reservation with"
                    + " DYNAMIC type in the resources JSON";
        }
        Value.Type known = types.putIfAbsent(resource.getName(), resource.getType());
        return known == null || known == resource.getType()
                ? null
                : "Resources with the same name ('" + resource.getName() + "') but different types are not allowed";
    }
}
