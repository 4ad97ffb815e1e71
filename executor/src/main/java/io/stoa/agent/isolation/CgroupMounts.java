package io.stoa.agent.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where this host has its cgroups.
 *
 * @param v1 the hierarchies of version 1 by controller; one may have several
 * @param v2 the hierarchy of version 2, which on some hosts has no controllers and only tells who belongs together
 */
record CgroupMounts(Map<String, Path> v1, Optional<Path> v2) {

    private static final Pattern BLANK = Pattern.compile(" ");

    CgroupMounts {
        v1 = Map.copyOf(v1);
    }

    static CgroupMounts find(Path below) throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")), below);
    }

    /** @param lines as proc(5) has them: {@code ID PARENT DEVICE ROOT PLACE OPTIONS ... - TYPE SOURCE OPTIONS} */
    static CgroupMounts parse(List<String> lines, Path below) {
        Map<String, Path> v1 = new HashMap<>();
        Optional<Path> v2 = Optional.empty();
        for (String line : lines) {
            String[] fields = BLANK.split(line);
            int dash = Arrays.asList(fields).indexOf("-");
            if (dash < 5 || fields.length < dash + 4) {
                continue;
            }
            Path place = Path.of(fields[4]);
            if (!place.startsWith(below)) {
                continue;
            }
            String type = fields[dash + 1];
            if (type.equals("cgroup2") && v2.isEmpty()) {
                v2 = Optional.of(place);
            } else if (type.equals("cgroup")) {
                for (String option : fields[dash + 3].split(",", -1)) {
                    v1.putIfAbsent(option, place);
                }
            }
        }
        return new CgroupMounts(v1, v2);
    }
}
