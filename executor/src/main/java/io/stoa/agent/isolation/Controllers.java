package io.stoa.agent.isolation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** The groups that limit one container, of one version of cgroups. */
sealed interface Controllers permits ControllersV1, ControllersV2 {

    /** All of them; those that do not limit anything here are left out. */
    List<Group> groups();

    /** The one that limits memory. */
    Optional<Path> memory();

    /**
     * Sets the limits.
     *
     * @param first false where processes are in the groups: memory is then not taken away, which would kill them
     */
    void apply(Limits limits, boolean first) throws IOException;

    void measure(ResourceStatistics.Builder statistics) throws IOException;

    /** How memory stands, after the kernel found too little of it. */
    Memory memoryState() throws IOException;

    /**
     * How memory stands.
     *
     * @param limitBytes empty: unlimited
     * @param maxUsedBytes empty where the kernel does not tell
     * @param statistics the file {@code memory.stat}
     */
    record Memory(OptionalLong limitBytes, OptionalLong maxUsedBytes, String statistics) {}
}
