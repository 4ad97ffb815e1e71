package io.stoa.itests.cluster;

import com.google.protobuf.ByteString;
import io.stoa.itests.DriverJar;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.TaskInfo;

/**
 * What frameworks have on their class path: the driver first, then Mesos' jar and the protobuf that it was made for.
 */
final class DriverClassPath {

    private DriverClassPath() {}

    /** What starts a program of these tests so. */
    static List<String> command(Class<?> program) throws IOException, InterruptedException {
        String path = Stream.of(
                        DriverJar.path(),
                        placeOf(TaskInfo.class),
                        placeOf(ByteString.class),
                        placeOf(DriverClassPath.class))
                .map(Path::toString)
                .collect(Collectors.joining(":"));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                path,
                program.getName());
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
