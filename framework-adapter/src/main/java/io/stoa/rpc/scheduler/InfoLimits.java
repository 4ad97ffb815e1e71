package io.stoa.rpc.scheduler;

import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * How much a scheduler may say of itself: it is kept in the state, and told to whoever watches. Mesos has no such
 * limits; frameworks that come by Mesos' doors have none.
 */
final class InfoLimits {

    private static final int MAX_BYTES = 256 << 10;
    private static final int MAX_ENTRIES = 1_000;
    private static final int MAX_CHARACTERS = 1_024;

    private InfoLimits() {}

    /** What is too much, with actual and expected value. */
    static Optional<String> excess(FrameworkInfo info) {
        return entries("info.roles", info.getRolesList())
                .or(() -> entries("info.capabilities", info.getCapabilitiesList()))
                .or(() -> entries("info.labels.labels", info.getLabels().getLabelsList()))
                .or(() -> characters("info.name", info.getName()))
                .or(() -> characters("info.user", info.getUser()))
                .or(() -> roles(info.getRolesList()))
                .or(() -> more("info", info.getSerializedSize(), MAX_BYTES, " bytes"));
    }

    private static Optional<String> entries(String field, List<?> list) {
        return more(field, list.size(), MAX_ENTRIES, "");
    }

    private static Optional<String> roles(List<String> roles) {
        for (int i = 0; i < roles.size(); i++) {
            Optional<String> excess = characters("info.roles[" + i + "]", roles.get(i));
            if (excess.isPresent()) {
                return excess;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> characters(String field, String text) {
        return more(field, text.length(), MAX_CHARACTERS, " characters");
    }

    private static Optional<String> more(String field, int actual, int most, String unit) {
        return actual > most
                ? Optional.of(field + ": " + actual + unit + " (expected: at most " + most + ")")
                : Optional.empty();
    }
}
