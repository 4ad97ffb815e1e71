package io.stoa.agent.isolation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.DiskStatistics;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;

/**
 * What a container was given of the disk at one place.
 *
 * @param place its sandbox, or the link to a volume in it
 */
record Quota(Path place, List<Resource> resources) {

    private static final long MB = 1024 * 1024;

    Quota {
        resources = List.copyOf(resources);
    }

    static List<Quota> of(Path sandbox, List<Resource> resources) {
        Map<Path, List<Resource>> places = new LinkedHashMap<>();
        for (Resource resource : resources) {
            if (resource.getName().equals("disk")) {
                // An absolute path would stand for itself.
                Path place = resource.getDisk().hasVolume()
                        ? sandbox.resolve(resource.getDisk().getVolume().getContainerPath())
                        : sandbox;
                places.computeIfAbsent(place, key -> new ArrayList<>()).add(resource);
            }
        }
        return places.entrySet().stream()
                .map(entry -> new Quota(entry.getKey(), entry.getValue()))
                .toList();
    }

    long bytes() {
        return (long) (resources.stream()
                        .mapToDouble(resource -> resource.getScalar().getValue())
                        .sum()
                * MB);
    }

    /** A mounted disk cannot hold more than it can. */
    boolean isEnforced() {
        return resources.stream()
                .noneMatch(resource -> resource.getDisk().getSource().getType() == DiskInfo.Source.Type.MOUNT);
    }

    void describe(DiskStatistics.Builder statistics) {
        DiskInfo disk = resources.get(0).getDisk();
        if (disk.hasSource()) {
            statistics.setSource(disk.getSource());
        }
        if (disk.hasPersistence()) {
            statistics.setPersistence(disk.getPersistence());
        }
    }
}
