package io.stoa.agent.isolation;

import io.stoa.agent.container.Limitation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.Protos.Value;

/** Says in Mesos' words that a container took more memory than it may. */
final class MemoryLimitation {

    private static final double MB = 1024 * 1024;
    private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB");

    private MemoryLimitation() {}

    /** @param statistics instead of those that memory has now */
    static Limitation of(Controllers.Memory memory, Optional<String> statistics) {
        StringBuilder message = new StringBuilder("Memory limit exceeded: ");
        memory.limitBytes()
                .ifPresent(bytes ->
                        message.append("Requested: ").append(bytes(bytes)).append(' '));
        memory.maxUsedBytes()
                .ifPresent(bytes ->
                        message.append("Maximum Used: ").append(bytes(bytes)).append('\n'));
        message.append("\nMEMORY STATISTICS: \n")
                .append(statistics.orElse(memory.statistics()))
                .append('\n');
        OptionalLong used = memory.maxUsedBytes().isPresent() ? memory.maxUsedBytes() : memory.limitBytes();
        return new Limitation(
                Reason.REASON_CONTAINER_LIMITATION_MEMORY,
                message.toString(),
                List.of(Resource.newBuilder()
                        .setName("mem")
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(used.orElse(0) / MB))
                        .build()));
    }

    /** In the largest unit that loses nothing. */
    static String bytes(long bytes) {
        int unit = 0;
        long amount = bytes;
        while (amount != 0 && amount % 1024 == 0 && unit < UNITS.size() - 1) {
            amount /= 1024;
            unit++;
        }
        return amount + UNITS.get(unit);
    }
}
